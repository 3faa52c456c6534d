"""Which failures of a candidate's tests are believed to say something about the code.

A test can fail because it noticed a mistake, or by chance. Repeating everything tells the one from
the other only where there are few tests; here the answer stays the same for hundreds.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping

from scoring.runner import Runner

_ROUNDS = 3


def confirmed(
    suspects: Mapping[str, frozenset[str]],
    *,
    fails: Callable[[str, frozenset[str]], frozenset[str]],
    passes: Callable[[frozenset[str], frozenset[str]], frozenset[str]],
    rank: Callable[[str], bool],
    runner: Runner,
    passed: frozenset[str],
    all_tests: frozenset[str],
    sure: Collection[str] = (),
) -> dict[str, frozenset[str]]:
    """Of the tests that failed on each version, those that are believed.

    A test is believed when it `fails` again on a version that it failed on, and then `passes` a
    copy without a mistake: of the tests that it is given the second ones on every server. Only as
    many are asked as explain every version, those of the lowest `rank` first. To repeat everything
    would cost more runs and catch less: of many tests that fail by chance some would fail twice on
    every version. Here such a test is asked once, on the version that most tests fail on, and is
    out for good if it passes. What failed on versions that are `sure` is not asked for again.

    In the end `all_tests` run on a copy once more. Those that `passed` there before and now fail,
    or the other way round, fail by chance; the more of them there are, the more often the others
    are asked: of n tests that fail by chance some seem to know something, but hardly one does so
    log2(n) times more.
    """
    after = passed
    believed: set[str] = set()
    doubted: set[str] = set()
    for _ in range(_ROUNDS):
        left = {
            name: tests - doubted
            for name, tests in suspects.items()
            if name not in sure and tests - doubted and not tests & believed
        }
        asked = _few(left, rank)
        again = {
            name: runner.submit(fails, name, frozenset(tests)) for name, tests in asked.items()
        }
        for name, tests in asked.items():
            failed = again[name].result()
            believed |= failed
            doubted |= tests - failed
        failing = frozenset(believed).union(*(suspects[name] - doubted for name in sure))
        unsteady: frozenset[str] = frozenset()
        if failing:
            # Not until the others are through: nothing may run after the last copy.
            after = passes(all_tests, failing)
            unsteady = failing - after
        believed -= unsteady
        doubted |= unsteady
        if not unsteady and all(tests & believed for tests in left.values()):
            break
    caught = {
        name: tests - doubted if name in sure else tests & believed
        for name, tests in suspects.items()
    }
    for _ in range(math.ceil(math.log2(1 + len(passed ^ after)))):
        if not any(caught.values()):
            break
        again = {
            name: runner.submit(fails, name, tests)
            for name, tests in caught.items()
            if tests and name not in sure
        }
        caught |= {name: future.result() & caught[name] for name, future in again.items()}
        if failing := frozenset(itertools.chain.from_iterable(caught.values())):
            steady = passes(failing, failing)
            caught = {name: tests & steady for name, tests in caught.items()}
    return caught


def _few(left: Mapping[str, frozenset[str]], rank: Callable[[str], bool]) -> Mapping[str, set[str]]:
    """Tests that together failed on every version, each with one to ask it on again."""
    asked: dict[str, set[str]] = {}
    while times := Counter(itertools.chain.from_iterable(left.values())):
        test = min(times, key=lambda id_: (rank(id_), -times[id_], id_))
        failed_on = [name for name, tests in left.items() if test in tests]
        asked.setdefault(max(failed_on, key=lambda name: len(left[name])), set()).add(test)
        left = {name: tests for name, tests in left.items() if test not in tests}
    return asked
