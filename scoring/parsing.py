"""Parsing Python, safely from several threads."""

from __future__ import annotations

import ast
import threading
import warnings

# In Python 3.11 two trees that are made at once can end in a SystemError.
_ONE_AT_A_TIME = threading.Lock()


def parse(source: str | bytes) -> ast.Module:
    """The tree of a module's text; its warnings (odd escapes) are its author's matter.

    Raises SyntaxError, ValueError, RecursionError or MemoryError.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def is_other_code(text: str, dump: str) -> bool:
    """Whether a module's text is Python, and means something else than the tree of that dump.

    Raises as `parse` does.
    """
    if ast.dump(parse(text)) == dump:
        return False
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(text, "<code>", "exec", dont_inherit=True)
    return True
