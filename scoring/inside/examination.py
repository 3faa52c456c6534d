"""A run of the author's tests, visible and hidden, on a candidate's source.

The source is imported before there is a test to be found. Then the tests become modules that are
in no file and not in `sys.modules`; each test function is called by an examiner who lives in the
frame of a generator, sees with his own eyes whether it returned, and looks before and after whether
pytest is still itself. What pytest reports counts only together with what he vouches for.
"""

from __future__ import annotations

import base64
import marshal
import sys
import traceback
from collections.abc import Callable, Container, Generator, Iterable, Mapping
from contextlib import suppress
from inspect import iscoroutinefunction
from types import ModuleType
from typing import Any

import pytest
from _pytest import runner
from _pytest.assertion import util
from _pytest.unittest import TestCaseFunction

from scoring.inside import equality, inventory
from scoring.inside.guard import Guard
from scoring.inside.inventory import Inventory, renamed
from scoring.inside.memory import SupportModules, compile_test, decoy, module_name, unpack
from scoring.inside.recorder import Recorder, Tell, Texts, lane
from scoring.inside.session import ARGUMENTS, import_packages, import_site, tracebacks
from scoring.inside.ways import close_ways

# A test's id and the arguments for it. What it raised comes back.
Call = tuple[str, dict[str, Any]]
Examiner = Generator[BaseException | None, Call, None]


def run(order: dict[str, Any], root: str, descriptor: int, key_a: bytes, key_b: bytes) -> None:
    tell, vouch = lane(descriptor, "a", key_a), lane(descriptor, "b", key_b)
    texts = Texts(root)
    # Which test is under way is nobody's business; pytest tells it in the environment.
    runner._update_current_test_var = lambda *_: None
    close_ways()
    guard = Guard(root, vouch, site=order["site"], tracing=False, given=order["given"])
    guard.begin()
    if order["site"]:
        import_site(order["site"], {*order["packages"], *order["test_folders"]})
    sys.path.insert(0, root)
    framework, imports = inventory.framework(), inventory.Imports()
    if not import_packages(vouch, texts, order["packages"], order["test_seconds"]):
        return
    packages: list[str] = order["packages"]
    if replaced := framework.change() or imports.change() or renamed(packages):
        vouch("tampered", what=replaced)
        return
    modules = _Modules(order, root, guard.trust, vouch)
    examination = _Examination(modules, framework, vouch, tell, texts)
    recorder = Recorder.of(order, tell, texts)
    arguments = [f"--rootdir={root}", "--noconftest", "--assert=plain"]
    arguments += [*tracebacks(wanted=order["texts"]), *ARGUMENTS]
    # The one would add to pytest's classes what a replaced function looks like, the other keeps
    # its configuration where everybody finds it.
    arguments += ["-pno:legacypath", "-pno:debugging"]
    if order["first_failure"]:
        arguments.append("--exitfirst")
    code = pytest.main(arguments, plugins=[examination, recorder])
    if replaced := framework.change() or renamed(packages):
        vouch("tampered", what=replaced)
    vouch("done", code=int(code))


def compile_ahead(order: dict[str, Any], root: str, descriptor: int, key: bytes) -> None:
    """Tell the author's tests as marshalled code; nothing of a submission is there.

    What can't be compiled is left out, and will be told when it is to run.
    """
    tell = lane(descriptor, "b", key)
    for path, source in order["hidden"].items():
        with suppress(Exception):
            code = marshal.dumps(compile_test(path, source, root))
            tell("compiled", path=path, code=base64.b64encode(code).decode())


class _Modules:
    """Makes modules of the author's sources, each when it is asked for."""

    def __init__(
        self, order: dict[str, Any], root: str, trust: Callable[..., None], vouch: Tell
    ) -> None:
        self._sources: dict[str, bytes] = {**order["tests"], **order["hidden"]}
        self._compiled: dict[str, bytes] = order["compiled"]
        self._root = root
        self._trust = trust
        self._equality = equality.Equality(root, order["packages"], vouch)
        self._folders = (*order["test_folders"], "hidden")
        self.targets = [each for each in sorted(self._sources) if _is_target(each, order)]
        self.conftests = [each for each in sorted(self._sources) if each.endswith("/conftest.py")]

    def load(self, path: str, names: dict[str, Any]) -> None:
        if path in self._compiled:
            code = unpack(self._compiled[path])
        else:
            code = compile_test(path, self._sources[path], self._root)
        self._trust(code)
        names[equality.NAME] = self._equality
        exec(code, names)  # noqa: S102 - that is what importing is

    def make(self, path: str) -> ModuleType:
        module = ModuleType(path.rpartition("/")[2].removesuffix(".py"))
        module.__file__ = f"{self._root}/{path}"
        decoy(module.__name__)
        self.load(path, vars(module))
        return module

    def finder(self) -> SupportModules:
        """For what tests import from beside them; it serves only while they are loaded."""
        # Visible test modules may import each other: they are known anyway.
        known = {each for each in self.targets if each.startswith("hidden/")} | set(self.conftests)
        names = {
            module_name(path[len(folder) + 1 :])[0]: path
            for folder in self._folders
            for path in self._sources
            if path.startswith(f"{folder}/") and path not in known
        }
        # Whatever the submission may have put in their places is gone.
        for name in names:
            sys.modules.pop(name, None)
        return SupportModules(self.load, names)


def _is_target(path: str, order: dict[str, Any]) -> bool:
    name = path.rpartition("/")[2]
    chosen = any(path == each or path.startswith(f"{each}/") for each in order["targets"])
    return chosen and name.startswith("test_") and name.endswith(".py")


class _MemoryModule(pytest.Module):
    """A test module that was given, not found."""

    given: ModuleType

    def _getobj(self) -> ModuleType:
        return self.given


class _Examination:
    """The pytest plug-in that brings the tests in and has them called by the examiner."""

    def __init__(
        self,
        modules: _Modules,
        framework: Inventory,
        vouch: Tell,
        tell: Tell,
        texts: Texts,
    ) -> None:
        self._modules: _Modules | None = modules
        self._framework = framework
        self._made: list[ModuleType] = []
        self._vouch = vouch
        self._tell = tell
        self._texts = texts
        self._examine: Callable[[Call], BaseException | None] | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        modules, self._modules = self._modules, None
        if modules is None:
            return True
        items = self._collect(session, modules)
        functions = {}
        plain = set()
        for item in items:
            if isinstance(item, pytest.Function):
                functions[item.nodeid] = item.function
                if not item._fixtureinfo.name2fixturedefs:
                    plain.add(item.nodeid)
        # What tests call in their own modules must stay as well.
        watched = self._framework, Inventory(self._made, closed=False)
        examiner = _examiner(functions, plain, watched, self._vouch)
        del self._framework, self._vouch, self._made
        next(examiner)
        self._examine = examiner.send
        session.items = items
        session.config.hook.pytest_collection_modifyitems(
            session=session, config=session.config, items=items
        )
        session.testscollected = len(items)
        return True

    def _collect(self, session: pytest.Session, modules: _Modules) -> list[pytest.Item]:
        items: list[pytest.Item] = []
        # Methods of a TestCase ask for what the debugging plug-in, which is left out, would set.
        session.config.option.trace = session.config.option.usepdb = False
        finder = modules.finder()
        sys.meta_path.insert(0, finder)
        for path in modules.conftests:
            # Under the name of a file its fixtures would wait for a folder to be collected.
            session.config.pluginmanager.register(modules.make(path), f"{path} in memory")
        for path in modules.targets:
            try:
                module = modules.make(path)
            except BaseException as error:  # noqa: BLE001 - SystemExit and the like as well
                text = "".join(traceback.format_exception(error)[-3:])
                self._tell("not collected", path=path, traceback=self._texts.traceback(text))
                continue
            node = _MemoryModule.from_parent(session, path=session.path / path)
            node.given = module
            items += session.genitems(node)
            self._made.append(module)
            # Whoever gets hold of a module later finds no tests in it. What they use stays.
            for name, each in list(vars(module).items()):
                if name.lower().startswith("test") and callable(each):
                    delattr(module, name)
        sys.meta_path.remove(finder)
        return items

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        # Where pytest keeps its configuration and the test for whoever explains an assertion.
        util._config = None
        util._reprcompare = None
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        if pyfuncitem.instance is not None:
            arguments["self"] = pyfuncitem.instance
        self._call((pyfuncitem.nodeid, arguments))
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """A method of a `unittest.TestCase` is called by unittest: it gets ours instead."""
        if not isinstance(item, TestCaseFunction) or iscoroutinefunction(item.function):
            return  # nobody would vouch for what is only awaited

        def method() -> None:
            self._call((item.nodeid, {"self": item.instance}))

        # That it is to be skipped, or expected to fail.
        vars(method).update(vars(item.obj))
        item.obj = method

    def _call(self, call: Call) -> None:
        assert self._examine is not None
        raised = self._examine(call)
        if raised is not None:
            raise raised


def _examiner(
    functions: Mapping[str, Callable[..., object]],
    plain: Container[str],
    watched: Iterable[Inventory],
    vouch: Tell,
) -> Examiner:
    """Calls each test once, and vouches for what it did.

    He looks after each test, and before it unless nothing but pytest has run since he last did:
    between two `plain` tests, which have no fixtures.

    Everything it needs is in this frame, which nobody else reaches; to send it something is all
    that a holder of the generator can do.
    """
    called: set[str] = set()
    told: set[str] = set()
    answer: BaseException | None = None
    looked = False

    def look() -> None:
        for each in watched:
            if (replaced := each.change()) and replaced not in told:
                told.add(replaced)
                vouch("tampered", what=replaced)

    while True:
        id_, arguments = yield answer
        answer = None
        if not looked or id_ not in plain:
            look()
        if id_ in called or id_ not in functions:
            vouch("tampered", what=f"{id_} was called out of turn")
            continue
        called.add(id_)
        how = "returned"
        try:
            functions[id_](**arguments)
        except BaseException as error:  # noqa: BLE001 - whatever it is, pytest has to see it
            how, answer = "raised", error
        look()
        looked = id_ in plain
        vouch("ran", id=id_, how=how)
