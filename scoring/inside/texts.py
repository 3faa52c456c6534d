"""Refuses code made of texts to a submission while coverage is measured and no audit hook listens.

What stands in a text has no lines to cover, so it must not be a way around covering them. The
same is refused in the hidden run. Nothing of `__future__` here: code that is compiled in this
module's frame would inherit it.
"""

import builtins
import sys
from collections.abc import Callable, Iterable
from typing import Any


def refuse_texts(
    root: str, packages: Iterable[str], given: Iterable[str], tell: Callable[..., None]
) -> Callable[[], None]:
    """Have `exec`, `eval` and `compile` refuse whatever is below the packages, but for files that
    are `given`, and refuse to compile in the name of one of their files.

    Returns a function that ends it: coverage itself compiles what it reports about.
    """
    folders = tuple(f"{root}/{package}/" for package in packages)
    free = frozenset(f"{root}/{path}" for path in given)
    look = sys._getframe

    def is_theirs(name: object) -> bool:
        return isinstance(name, str) and name.startswith(folders) and name not in free

    def refuse(name: str, line: int) -> None:
        what = "code made of a text"
        tell("refused", what=what, where=f"{name.removeprefix(f'{root}/')}:{line}")
        raise RuntimeError(f"{what}: not to be had while code is graded")

    def running(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(source: Any, *names: Any, **more: Any) -> Any:
            caller = look(1)
            if is_theirs(caller.f_code.co_filename):
                refuse(caller.f_code.co_filename, caller.f_lineno)
            if not names and "globals" not in more:
                names = caller.f_globals, caller.f_locals
            return real(source, *names, **more)

        return run

    real_compile = builtins.compile

    def compiling(source: Any, filename: Any, *rest: Any, **more: Any) -> Any:
        caller = look(1)
        place = caller.f_code.co_filename
        if is_theirs(place) or (is_theirs(filename) and not place.startswith("<frozen ")):
            refuse(place, caller.f_lineno)
        return real_compile(source, filename, *rest, **more)

    ours = {"exec": running(builtins.exec), "eval": running(builtins.eval), "compile": compiling}
    theirs = {name: getattr(builtins, name) for name in ours}
    vars(builtins).update(ours)
    return lambda: vars(builtins).update(theirs)
