"""Runs test suites of a tree and reads the outcomes: what ran, and how it ended.

A run gets a copy of the tree, our own configuration, a bare environment and a process of its own
in a sandbox (`scoring.sandbox`), which a warm server forks (`scoring.warm`). Nothing that it prints
or exits with counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from scoring.compiled import Compiled
from scoring.events import LineCoverage, read_events
from scoring.model import GradingKit, Limits
from scoring.sandbox import Rung, why_no_bubblewrap
from scoring.terms import Outcome, TestResult
from scoring.trees import Tree, below, replace_below
from scoring.warm import Answer, Server, WarmServers

_T = TypeVar("_T")


@dataclass(frozen=True)
class Suite:
    """Which tests of which tree to run: `targets` are paths in it, `only` limits by test id.

    With `hidden` tests, the tests are the author's: they run guarded, and none of them is ever in
    a file. `sealed` keeps the source of `packages` out of files, too; `authored` are the paths of
    those of its modules that are not the candidate's. `given` are source files that the guard
    lets ask for frames and make code of a text. `texts` asks for messages and tracebacks.
    `seconds` bounds the whole run; without it the exercise's limit does.

    `shuffled` is a seed for another order of the tests, `first_failure` ends the run at the first
    one, and `folder` names the working folder. `apart` has each test run in a process of its own,
    for its outcome only; that is for tests in files, which are not sealed.
    """

    tree: Tree
    targets: tuple[str, ...]
    packages: tuple[str, ...]
    test_folders: tuple[str, ...]
    limits: Limits
    hidden: Tree | None = None
    only: frozenset[str] | None = None
    coverage: bool = False
    sealed: bool = False
    authored: frozenset[str] = frozenset()
    texts: bool = True
    seconds: float | None = None
    given: tuple[str, ...] = ()
    shuffled: int | None = None
    first_failure: bool = False
    apart: bool = False
    folder: str = "tree"


@dataclass
class SuiteRun:
    """What a run told.

    `import_problem` says why the source can't be imported at all; `not_collected` has a
    traceback by test file; `ending` is "" for a run that came to its end, else what stopped it.
    `tampered` names what of the grader was replaced or forged, `refused` what of it was asked for,
    and `claimed` comparisons in which an object claimed to equal plain data.
    """

    results: dict[str, TestResult] = field(default_factory=dict)
    collected: tuple[str, ...] = ()
    not_collected: dict[str, str] = field(default_factory=dict)
    import_problem: str = ""
    ending: str = ""
    truncated: bool = False
    coverage: Mapping[str, LineCoverage] = field(default_factory=dict)
    tampered: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()

    def outcome(self, test_id: str) -> Outcome:
        result = self.results.get(test_id)
        return result.outcome if result else "missing"

    def passed(self) -> frozenset[str]:
        return frozenset(id_ for id_, each in self.results.items() if each.outcome == "passed")


class Runner:
    """Runs suites, as many at once as there are servers; a context manager that ends them.

    One runner can grade any number of submissions, one after another or side by side: a run
    leaves nothing behind that the next could find. `site` is a folder of packages that the code
    under test needs; servers that were started with another are closed.
    """

    def __init__(
        self,
        warm: WarmServers | None = None,
        cache: Path | None = None,
        *,
        site: Path | None = None,
    ) -> None:
        """`cache` is a folder for what takes long to make and can be made again; `site` has
        packages that runs may import. Servers without them are not used."""
        if warm is not None and warm.site != site:
            warm.close()
            warm = None
        self.site = site
        self._warm = warm or WarmServers(site)
        self._free = set(self._warm.servers)
        self._freed = threading.Condition()
        self._compiled = Compiled(cache)
        self._pool = ThreadPoolExecutor(len(self._warm.servers) + 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            # For an interrupt: whoever waits for the runs would otherwise wait for their limits.
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._warm.close()
        self._pool.shutdown()
        self._warm.close()

    def submit(self, function: Callable[..., _T], *arguments: object) -> Future[_T]:
        """Have something done beside what is going on, such as waiting for a run."""
        return self._pool.submit(function, *arguments)

    def sandbox(self) -> str:
        """How runs are isolated here, in words. Raises SandboxError where none can be started."""
        return self._rung().text

    def isolated(self) -> bool:
        """Whether the host is safe from what runs. Raises SandboxError as `sandbox` does."""
        return self._rung().isolated

    def _rung(self) -> Rung:
        with self._server() as server:
            server.greet()
            return server.rung

    @contextmanager
    def _server(self, which: Server | None = None) -> Iterator[Server]:
        """A server that is free, or that one once it is: at work it belongs to whoever waits."""
        with self._freed:
            self._freed.wait_for(lambda: self._free if which is None else which in self._free)
            server = which or next(iter(self._free))
            self._free.remove(server)
        try:
            yield server
        finally:
            with self._freed:
                self._free.add(server)
                self._freed.notify_all()

    def shortfall(self) -> tuple[str, str]:
        """Why there is no better sandbox, and what would help; both "" where there is none."""
        return ("", "") if self.isolated() else why_no_bubblewrap(self._warm.ladder.complaints)

    def run(self, suite: Suite) -> SuiteRun:
        """Run a suite, once a server is free. Raises SandboxError where none can be started."""
        return self._run(suite, None)

    def run_on_each(self, suite: Suite, others: Suite) -> tuple[SuiteRun, ...]:
        """Run a suite on one server, and `others` on each other one: what the runs of a server
        have in common differs from one to the next."""
        suites = (suite, *(others for _ in self._warm.servers[1:]))
        runs = [
            self.submit(self._run, each, server)
            for each, server in zip(suites, self._warm.servers, strict=True)
        ]
        return tuple(run.result() for run in runs)

    def _run(self, suite: Suite, which: Server | None) -> SuiteRun:
        with self._server(which) as server:
            server.greet()
            order = _order(suite)
            if suite.hidden is not None:
                order["compiled"] = self._compiled.tests(order, server)
            else:
                authored = {path: order["sealed"][path] for path in suite.authored}
                folder = f"{server.rung.base}/run/{suite.folder}"
                order["compiled"] = self._compiled.modules(authored, folder)
            return _read(suite, server.run(order))


def candidates_suite(kit: GradingKit, source: Tree, tests: Tree) -> Suite:
    """All of a candidate's tests on some version of the source."""
    return Suite(
        tree=replace_below(source, kit.tests, tests),
        targets=kit.tests,
        packages=kit.packages,
        test_folders=kit.tests,
        limits=kit.limits,
    )


def sealed_suite(
    kit: GradingKit,
    source: Tree,
    tests: Tree,
    *,
    targets: tuple[str, ...] = (),
    only: frozenset[str] | None = None,
    seconds: float | None = None,
) -> Suite:
    """A candidate's tests on a version of the source that is not theirs to read.

    `targets` are the test files to run instead of all. Only outcomes come back.
    """
    ours = (kit.starter, kit.reference, *(fault.files for fault in kit.faults))
    modules = _modules(source, kit.packages)
    return replace(
        candidates_suite(kit, source, tests),
        authored=frozenset(
            path for path in modules if any(each.get(path) == source[path] for each in ours)
        ),
        targets=targets or kit.tests,
        only=only,
        seconds=seconds,
        sealed=True,
        texts=False,
        given=kit.given,
    )


def _order(suite: Suite) -> dict[str, Any]:
    """What a server is told; marshalled, so plain values only."""
    tree = dict(suite.tree)
    tests: Tree = {}
    sealed: Tree = {}
    if suite.hidden is not None:
        tests = {path: tree.pop(path) for path in _modules(tree, suite.test_folders)}
    if suite.sealed:
        sealed = {path: tree.pop(path) for path in _modules(tree, suite.packages)}
    limits = suite.limits
    return {
        "files": {path: content for path, content in tree.items() if _is_plain(path)},
        "tests": dict(tests),
        "hidden": None if suite.hidden is None else dict(suite.hidden),
        "sealed": dict(sealed),
        "given": list(suite.given),
        "targets": list(suite.targets),
        "packages": list(suite.packages),
        "test_folders": list(suite.test_folders),
        "compile": False,
        "compiled": {},
        "only": None if suite.only is None else sorted(suite.only),
        "coverage": suite.coverage,
        "texts": suite.texts,
        "shuffled": suite.shuffled,
        "first_failure": suite.first_failure,
        "apart": suite.apart,
        "folder": suite.folder,
        "seconds": suite.seconds or limits.suite_seconds,
        "test_seconds": limits.test_seconds,
        "memory_mb": limits.memory_mb,
        "disk_mb": limits.disk_mb,
        "processes": limits.processes,
        "open_files": limits.open_files,
        "output_bytes": limits.output_kb * 1024,
    }


def _modules(tree: Tree, folders: tuple[str, ...]) -> list[str]:
    return [path for path in below(tree, folders) if path.endswith(".py")]


def _is_plain(path: str) -> bool:
    """Whether a path stays inside of the folder that it is written to."""
    return not path.startswith("/") and ".." not in path.split("/")


def _read(suite: Suite, answer: Answer) -> SuiteRun:
    told = read_events(answer.events, vouched=suite.hidden is not None)
    if answer.forged:
        told.tampered.append(f"{answer.forged} forged results")
    ending = ""
    if not told.done and not told.import_problem:
        if answer.gone:
            ending = "the process that watches over the run was ended"
        elif answer.stopped or told.stopped:
            ending = answer.stopped or told.stopped
        elif answer.status < 0:
            ending = f"killed by signal {-answer.status}"
        elif told.tampered:
            ending = "not run any further, since the grader was tampered with"
        else:
            ending = f"the process ended by itself (exit code {answer.status})"
    import_problem = told.import_problem
    if ending and told.importing:
        import_problem = f"{told.importing} can't be imported: {ending}"
    return SuiteRun(
        results=told.results,
        collected=told.collected,
        not_collected=told.not_collected,
        import_problem=import_problem,
        ending=ending,
        truncated=answer.truncated,
        coverage=told.coverage,
        tampered=tuple(told.tampered),
        refused=tuple(dict.fromkeys(told.refused)),
        claimed=tuple(dict.fromkeys(told.claimed)),
    )
