"""Parsing from several threads, with a collector that lets them take turns in the midst of it."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from scoring.parsing import parse


class Loop:
    """Garbage whose end takes a while."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        sum(range(50))


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as they can, also while a tree is made."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(20)
    yield
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


def test_trees_that_are_asked_for_at_once_are_all_made(restless: None) -> None:
    source = "".join(f"def f{n}(a, b):\n    return [a, (b, {n})]\n" for n in range(50))
    expected = ast.dump(ast.parse(source))

    def make(_: int) -> str:
        for _ in range(20):
            Loop()
        return ast.dump(parse(source))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(make, range(100))) == {expected}


def test_odd_escapes_are_no_matter_of_ours(recwarn: pytest.WarningsRecorder) -> None:
    assert isinstance(parse(r"x = '\d'"), ast.Module)
    assert list(recwarn) == []
