"""The modules that exercises share for tests of threads and time, as the code that they are."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import coverage
import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "templates" / "testing"

# A package with a race: two threads may both find the place empty. And one without.
SHOP = """\
import threading


class Shelf:
    def __init__(self):
        self.made = []
        self.kept = {}

    def get(self, key):
        if key not in self.kept:
            self.made.append(key)
            self.kept[key] = key.upper()
        return self.kept[key]


class LockedShelf(Shelf):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def get(self, key):
        with self.lock:
            return super().get(key)


class Counter:
    def __init__(self):
        self.value = 0

    def add(self):
        value = self.value
        self.value = value + 1


def both(first, second):
    with first:
        held = True
        with second:
            return held
"""


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


interleave = load(SHARED / "interleave.py").interleave
virtual_time = load(SHARED / "virtual_time.py")
run = virtual_time.run


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("shop") / "shop.py"
    path.write_text(SHOP)
    return load(path)


@pytest.fixture
def untraced() -> Iterator[None]:
    """Without the trace function by which this suite's own coverage is measured."""
    before, for_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    yield
    threading.settrace(for_threads)  # type: ignore[arg-type]
    sys.settrace(before)


@pytest.mark.parametrize("name", sorted(path.name for path in SHARED.glob("*.py")))
def test_every_exercise_has_the_shared_module_as_it_is(name: str) -> None:
    copies = [*ROOT.glob(f"exercises/*/starter/*/{name}"), *ROOT.glob(f"exercises/*/*/*/*/{name}")]
    other = [str(path) for path in copies if path.read_bytes() != (SHARED / name).read_bytes()]
    assert other == [], f"copy it anew: cp templates/testing/{name} ..."


def test_some_exercise_has_one() -> None:
    assert list(ROOT.glob("exercises/*/starter/tests/interleave.py"))


# --- threads --------------------------------------------------------------------------------


def made_by(shelf: Any, **order: int) -> list[str]:
    answers = interleave(*[lambda: shelf.get("a")] * 2, package="shop", **order)
    assert answers == ["A", "A"]
    return list(shelf.made)


@pytest.mark.usefixtures("untraced")
def test_a_race_is_found_at_the_same_lines_each_time(shop: Any) -> None:
    tries = [
        [made_by(shop.Shelf(), switch_after=lines) == ["a", "a"] for lines in range(8)]
        for _ in range(5)
    ]
    assert any(tries[0])
    assert not all(tries[0])
    assert tries == [tries[0]] * 5


@pytest.mark.usefixtures("untraced")
def test_a_seed_gives_the_same_order_again(shop: Any) -> None:
    def total(seed: int) -> int:
        counter = shop.Counter()
        interleave(*[counter.add] * 4, package="shop", seed=seed)
        return int(counter.value)

    totals = [total(seed) for seed in range(12)]
    assert len(set(totals)) > 1
    assert [total(seed) for seed in range(12)] == totals


@pytest.mark.usefixtures("untraced")
def test_right_code_passes_in_every_order(shop: Any) -> None:
    for lines in range(12):
        assert made_by(shop.LockedShelf(), switch_after=lines) == ["a"]
    for seed in range(12):
        assert made_by(shop.LockedShelf(), seed=seed) == ["a"]


@pytest.mark.usefixtures("untraced")
def test_a_deadlock_is_an_error_that_names_the_calls(shop: Any) -> None:
    stuck = 0
    for lines in range(6):
        one, other = threading.Lock(), threading.Lock()
        calls = (lambda a=one, b=other: shop.both(a, b), lambda a=one, b=other: shop.both(b, a))
        try:
            answers = interleave(*calls, package="shop", switch_after=lines, limit=0.2)
        except AssertionError as error:
            assert str(error) == "calls [0, 1] had not ended after 0.2 s"
            stuck += 1
        else:
            assert answers == [True, True]
    assert 0 < stuck < 6


def test_a_call_that_raises_has_its_error_in_its_place(shop: Any) -> None:
    error = KeyError("a")

    def raising() -> None:
        raise error

    assert interleave(raising, lambda: 1, package="shop") == [error, 1]


@pytest.mark.usefixtures("untraced")
def test_who_waits_for_another_lets_it_go_on(shop: Any) -> None:
    for order in ({"switch_after": 0}, {"switch_after": 99}, {"seed": 1}):
        come = threading.Event()

        def waits(come: threading.Event = come) -> bool:
            return come.wait(1)

        def comes(come: threading.Event = come) -> None:
            shop.Counter().add()
            come.set()

        assert interleave(waits, comes, package="shop", **order) == [True, None]


def test_while_coverage_is_measured_right_code_passes_and_is_covered(shop: Any) -> None:
    before = sys.gettrace()
    measured = coverage.Coverage(data_file=None, include=[shop.__file__], config_file=False)
    sys.settrace(None)
    measured.start()
    try:
        assert made_by(shop.LockedShelf(), switch_after=3) == ["a"]
    finally:
        measured.stop()
        sys.settrace(before)
    lines = measured.get_data().lines(shop.__file__) or []
    wanted = SHOP.splitlines().index("            self.made.append(key)") + 1
    assert wanted in lines


# --- time -----------------------------------------------------------------------------------


def test_timers_come_in_their_order_on_time_and_take_none() -> None:
    async def story() -> list[tuple[float, str]]:
        loop, seen = asyncio.get_running_loop(), list[tuple[float, str]]()

        async def after(seconds: float, name: str) -> None:
            await asyncio.sleep(seconds)
            seen.append((loop.time(), name))

        loop.call_later(1800, lambda: seen.append((loop.time(), "called")))
        await asyncio.gather(after(3600, "late"), after(0.5, "soon"), after(0, "now"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 60)
        return [*seen, (loop.time(), "timeout")]

    began = time.monotonic()
    assert run(story()) == [
        (0.0, "now"),
        (0.5, "soon"),
        (1800.0, "called"),
        (3600.0, "late"),
        (3660.0, "timeout"),
    ]
    assert time.monotonic() - began < 60


def test_the_clock_stands_still_while_somebody_can_go_on() -> None:
    async def story() -> float:
        sleeper = asyncio.create_task(asyncio.sleep(10))
        for _ in range(1000):
            await asyncio.sleep(0)
        now = asyncio.get_running_loop().time()
        sleeper.cancel()
        return now

    assert run(story()) == 0.0


def test_what_would_hang_is_an_error_that_names_the_tasks() -> None:
    async def worker() -> None:
        await asyncio.Event().wait()

    async def hangs() -> None:
        await asyncio.gather(worker(), worker())

    with pytest.raises(AssertionError, match="every task waits for ever: .*hangs, .*worker, .*w"):
        run(hangs())


def test_what_goes_on_past_the_limit_is_an_error() -> None:
    async def poll() -> None:
        while True:
            await asyncio.sleep(60)

    with pytest.raises(AssertionError, match=r"not done after 600 s of the loop's time: .*poll"):
        run(poll(), limit=600)
    assert run(asyncio.sleep(600, "done"), limit=600) == "done"


def test_tasks_that_are_left_over_are_cancelled() -> None:
    left: list[str] = []

    async def lingers() -> None:
        try:
            await asyncio.sleep(10**4)
        except asyncio.CancelledError:
            left.append("cancelled")
            raise

    async def story() -> str:
        story.task = asyncio.create_task(lingers())  # type: ignore[attr-defined]
        await asyncio.sleep(1)
        return "told"

    assert (run(story()), left) == ("told", ["cancelled"])


def test_an_error_of_the_story_is_raised() -> None:
    async def fails() -> None:
        await asyncio.sleep(1)
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        run(fails())


def test_an_exception_that_nobody_asked_for_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    async def fails() -> None:
        raise LookupError("lost")

    async def story() -> str:
        task = asyncio.create_task(fails())
        await asyncio.sleep(1)
        del task
        gc.collect()
        return "told"

    assert run(story()) == "told"
    assert capsys.readouterr().err == "nobody asked for: LookupError('lost')\n"


def test_a_thread_is_given_time_when_nothing_else_is_left() -> None:
    gate = threading.Event()

    async def story() -> str:
        asyncio.get_running_loop().call_soon(gate.set)
        return await asyncio.to_thread(lambda: "came" if gate.wait(5) else "alone")

    assert run(story()) == "came"
