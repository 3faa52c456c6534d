"""Scorecards to show: each function builds one kind of attempt, complete and plausible."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from scoring.model import (
    Advice,
    AttemptFacts,
    Clocking,
    ComplexFunction,
    Component,
    Condition,
    DiffFile,
    DiffLine,
    Environment,
    FaultResult,
    FileCoverage,
    Flag,
    Hunk,
    LintFinding,
    MutantResult,
    Reference,
    RequirementResult,
    Scorecard,
)
from scoring.terms import Outcome, TestResult

STORE_DIFF = """\
@@ -1,10 +1,12 @@
 \"\"\"An in-memory store with a bound on its entries and on their age.\"\"\"

 from __future__ import annotations

+import time
+import threading
 from collections import OrderedDict
-from time import time
+from collections.abc import Callable

 from cachebox.entry import Entry


@@ -18,26 +20,43 @@
-    def __init__(self, capacity: int = 128, ttl: float = 300.0) -> None:
+    def __init__(
+        self,
+        capacity: int = 128,
+        ttl: float = 300.0,
+        clock: Callable[[], float] = time.monotonic,
+    ) -> None:
         self._entries: OrderedDict[str, Entry] = OrderedDict()
         self._capacity = capacity
         self._ttl = ttl
+        self._clock = clock
+        self._lock = threading.Lock()

     def get(self, key: str) -> bytes | None:
         \"\"\"The stored body, or None where there is none or it is too old.\"\"\"
         entry = self._entries.get(key)
-        if entry is None or time() > entry.stored_at + self._ttl:
+        if entry is None:
+            return None
+        if self._clock() - entry.stored_at >= self._ttl:
+            del self._entries[key]
             return None
+        self._entries.move_to_end(key)
         return entry.body

     def put(self, key: str, body: bytes) -> None:
-        if len(self._entries) > self._capacity:
-            self._entries.popitem()
-        self._entries[key] = Entry(body, time())
+        with self._lock:
+            self._entries[key] = Entry(body, self._clock())
+            self._entries.move_to_end(key)
+            while len(self._entries) > self._capacity:
+                oldest, entry = self._entries.popitem(last=False)

     def forget(self, prefix: str) -> int:
         \"\"\"Drops every key that starts with `prefix`; how many there were.\"\"\"
-        for key in self._entries:
-            if key.startswith(prefix):
-                del self._entries[key]
-        return len(self._entries)
+        doomed = [key for key in self._entries if key.startswith(prefix)]
+        for key in doomed:
+            self._entries.pop(key, None)
+        if not doomed:
+            return 0
+        return len(doomed)
"""

KEYS_DIFF = """\
@@ -11,9 +11,9 @@
 def key_for(method: str, url: str, headers: Mapping[str, str]) -> str:
     \"\"\"Two requests share a key exactly when they may share a response.\"\"\"
-    vary = headers.get("Vary", "")
-    return f"{method} {url} {vary}"
+    names = sorted(name.lower() for name in headers.get("Vary", "").split(","))
+    varied = "|".join(f"{name}={headers.get(name.strip(), '')}" for name in names if name)
+    return f"{method.upper()} {url} {varied}"
"""

TEST_DIFF = """\
@@ -1,6 +1,8 @@
 import pytest

 from cachebox.store import Store
+from cachebox.keys import key_for


 def test_returns_what_was_put() -> None:
@@ -31,3 +33,27 @@
+def test_reading_an_entry_keeps_it_from_being_evicted() -> None:
+    store = Store(capacity=2)
+    store.put("a", b"1")
+    store.put("b", b"2")
+    store.get("a")
+    store.put("c", b"3")
+    assert store.get("a") == b"1"
+    assert store.get("b") is None
+
+
+@pytest.mark.parametrize("age", [300.0, 301.5])
+def test_an_entry_is_stale_at_its_time_to_live(age: float) -> None:
+    now = 1_000.0
+    store = Store(ttl=300.0, clock=lambda: now)
+    store.put("a", b"1")
+    now += age
+    assert store.get("a") is None
+
+
+def test_a_varied_header_makes_another_key() -> None:
+    english = {"Vary": "Accept-Language", "accept-language": "en"}
+    dutch = {"Vary": "Accept-Language", "accept-language": "nl"}
+    assert key_for("GET", "/bill", english) != key_for("GET", "/bill", dutch)
"""

REFERENCE_DIFF = """\
@@ -24,8 +24,10 @@
     def get(self, key: str) -> bytes | None:
         \"\"\"The stored body, or None where there is none or it is too old.\"\"\"
-        entry = self._entries.get(key)
-        if entry is None or time() > entry.stored_at + self._ttl:
-            return None
+        with self._lock:
+            entry = self._entries.get(key)
+            if entry is None or self._clock() - entry.stored_at >= self._ttl:
+                return None
+            self._entries.move_to_end(key)
         return entry.body
"""

REVIEW = """\
# The bug behind the bug

The double billing comes from **one** cause: `key_for` leaves out the *values* of the varied
headers, so two customers share an entry. Everything else makes it worse:

1. `get` never refreshed recency, so the hottest entry went first.
2. `put` dropped the *newest* entry: `popitem()` takes the last by default.
3. Wall time goes backwards; `time.monotonic` does not.

```python
def key_for(method, url, headers):
    values = [headers[name] for name in sorted(varied(headers))]
    return "\\x1f".join([method, url, *values])
```

| structure | get | evict |
|---|---|---|
| `OrderedDict` | O(1) | O(1) |
| sorted list | O(log n) | O(n) |

See [RFC 9111, section 4.1](https://www.rfc-editor.org/rfc/rfc9111#section-4.1) on cache keys.
"""

TRACEBACK = """\
    def test_concurrent_puts_store_one_body_per_key() -> None:
        store = Store(capacity=8)
        with ThreadPoolExecutor(8) as pool:
            bodies = list(pool.map(lambda n: fetch_once(store, "bill/7", n), range(64)))
>       assert len(set(bodies)) == 1
E       AssertionError: assert 3 == 1
E        +  where 3 = len({b'0', b'17', b'31'})

hidden/test_single_flight.py:42: AssertionError"""


def diff_file(path: str, text: str, role: Literal["source", "test"] = "source") -> DiffFile:
    """A changed file out of a unified diff without its file headers."""
    hunks: list[list[DiffLine]] = []
    old = new = 0
    for raw in text.split("\n")[:-1]:
        if found := re.match(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@", raw):
            old, new = int(found[1]), int(found[2])
            hunks.append([])
        elif raw.startswith("+"):
            hunks[-1].append(DiffLine("+", None, new, raw[1:]))
            new += 1
        elif raw.startswith("-"):
            hunks[-1].append(DiffLine("-", old, None, raw[1:]))
            old += 1
        else:
            hunks[-1].append(DiffLine(" ", old, new, raw[1:]))
            old, new = old + 1, new + 1
    lines = [line for hunk in hunks for line in hunk]
    added = sum(line.kind == "+" for line in lines)
    deleted = sum(line.kind == "-" for line in lines)
    counted = [line for line in lines if line.kind != " " and line.text.strip()]
    churn = 0 if role == "test" else len(counted)
    shown = tuple(Hunk(tuple(hunk)) for hunk in hunks)
    return DiffFile(path, role, "changed", added, deleted, churn, shown)


def _line_of(file: DiffFile, text: str) -> int:
    """The new number of the first line that holds `text`."""
    lines = (line for hunk in file.hunks for line in hunk.lines)
    return next(line.new for line in lines if line.new and text in line.text)


def _passed(name: str, seconds: float = 0.01, was: Outcome | None = None) -> TestResult:
    return TestResult(name, "passed", seconds, was=was)


def _requirement(name: str, title: str, weight: float, asks: str, *tests: str) -> RequirementResult:
    file = f"hidden/test_{name.replace('-', '_')}.py"
    results = tuple(_passed(f"{file}::{test}", 0.02) for test in tests)
    return RequirementResult(name, title, weight, 1.0, asks, results)


STORE = diff_file("src/cachebox/store.py", STORE_DIFF)
KEYS = diff_file("src/cachebox/keys.py", KEYS_DIFF)
TESTS = diff_file("tests/test_store.py", TEST_DIFF, "test")
UNUSED = _line_of(STORE, "oldest, entry")
NOT_RUN = _line_of(STORE, "return 0")
PARTLY = _line_of(STORE, "if not doomed")

REQUIREMENTS = (
    _requirement(
        "vary", "Varied headers are part of the key", 3.0,
        "Requests that differ in a header named by Vary must not share a response.",
        "test_language_makes_another_key", "test_names_are_case_insensitive",
        "test_order_of_names_does_not_matter", "test_absent_header_differs_from_empty",
    ),
    _requirement(
        "recency", "Reading keeps an entry", 2.0,
        "The entry that was read longest ago is the one to evict.",
        "test_get_refreshes", "test_put_refreshes", "test_evicts_least_recently_used",
    ),
    _requirement(
        "expiry", "Entries expire on a clock that cannot jump", 2.0,
        "An entry is stale once its time to live has passed, whatever the wall clock does.",
        "test_stale_at_ttl", "test_wall_clock_set_back",
    ),
    _requirement(
        "capacity", "Never more entries than the capacity", 1.0,
        "The store holds at most `capacity` entries at any time.",
        "test_bound_holds_after_every_put", "test_capacity_of_one",
    ),
    RequirementResult(
        "single-flight", "One fetch for requests that arrive together", 1.0, 0.2,
        "Callers that miss on the same key at the same time share one upstream request.",
        (
            _passed("hidden/test_single_flight.py::test_second_caller_waits", 0.11),
            TestResult(
                "hidden/test_single_flight.py::test_concurrent_puts_store_one_body_per_key",
                "failed", 0.38, "AssertionError: assert 3 == 1",
                "hidden/test_single_flight.py:42", TRACEBACK,
            ),
            TestResult(
                "tests/test_store.py::test_miss_calls_upstream_once", "failed", 0.05,
                "assert 2 == 1", f"src/cachebox/store.py:{PARTLY}", "E   assert 2 == 1",
            ),
        ),
    ),
    _requirement(
        "forget", "Forgetting a prefix drops each of its keys", 1.0,
        "`forget` returns how many entries it dropped and leaves the others alone.",
        "test_counts_what_it_dropped", "test_leaves_other_prefixes",
    ),
)  # fmt: skip

REGRESSION = tuple(
    _passed(name)
    for name in (
        "tests/test_store.py::test_returns_what_was_put",
        "tests/test_store.py::test_missing_key_is_none",
        "tests/test_store.py::test_put_replaces",
        "tests/test_keys.py::test_method_is_part_of_the_key",
        "tests/test_client.py::test_hit_does_not_call_upstream",
        "tests/test_client.py::test_errors_are_not_stored",
        "hidden/test_regression.py::test_public_names",
        "hidden/test_regression.py::test_entry_is_immutable",
    )
)

OWN_TESTS = (
    _passed("tests/test_store.py::test_returns_what_was_put", 0.01, "passed"),
    _passed("tests/test_store.py::test_missing_key_is_none", 0.01, "passed"),
    _passed("tests/test_store.py::test_miss_calls_upstream_once", 0.02, "failed"),
    _passed("tests/test_store.py::test_reading_an_entry_keeps_it_from_being_evicted"),
    _passed(
        "tests/test_store.py::test_an_entry_is_stale_at_its_time_to_live[300.0]", 0.01, "error"
    ),
    _passed(
        "tests/test_store.py::test_an_entry_is_stale_at_its_time_to_live[301.5]", 0.01, "error"
    ),
    _passed("tests/test_store.py::test_a_varied_header_makes_another_key"),
)

FAULTS = (
    FaultResult(
        "vary-names-only", "vary", "The key holds header names but not their values", True, False,
        ("tests/test_store.py::test_a_varied_header_makes_another_key",),
    ),
    FaultResult(
        "get-does-not-refresh", "recency", "Reading does not refresh an entry", True, False,
        ("tests/test_store.py::test_reading_an_entry_keeps_it_from_being_evicted",),
    ),
    FaultResult(
        "evicts-newest", "recency", "Eviction takes the newest entry", True, False,
        (
            "tests/test_store.py::test_reading_an_entry_keeps_it_from_being_evicted",
            "tests/test_store.py::test_evicts_least_recently_used",
        ),
    ),
    FaultResult(
        "ttl-off-by-one", "expiry", "An entry as old as its time to live counts", True, False,
        ("tests/test_store.py::test_an_entry_is_stale_at_its_time_to_live[300.0]",),
    ),
    FaultResult(
        "forget-miscounts", "forget", "Forgetting returns what is left", False, False,
        (),
    ),
    FaultResult(
        "put-keeps-old-body", "capacity", "A second put keeps the first body", True, True, ()
    ),
)  # fmt: skip

ENVIRONMENT = Environment(
    versions={"worksample": "0.1.0", "python": "3.12.4", "pytest": "8.3.5", "coverage": "7.6.12",
              "ruff": "0.12.1"},
    sandbox="full: bubblewrap with own user, pid, net and mount namespaces; no network; 1024 MB",
    exercise_sha256="9c1185a5c5e9fc54612808977ee8f548b2258d31d2b4f7a9b86a1d8e63f1d4a2",
    submission_sha256="4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce",
    not_graded=("NOTES.md", "scratch/replay.py"),
    restored=("tests/test_client.py",),
)  # fmt: skip


def typical() -> Scorecard:
    """debug-cache with 5 of 6 requirements, one lint finding and lines that no test ran."""
    return Scorecard(
        exercise="debug-cache",
        version="1.2.0",
        title="The response cache that double-bills",
        kind="debug",
        state="graded",
        reason="",
        total=80.6,
        passed=True,
        late=False,
        pass_mark=70.0,
        cap=80.6,
        cap_reason="not every requirement is met",
        conditions=(
            Condition("total of at least 70", True),
            Condition("nothing that worked before is broken", True),
        ),
        components=(
            Component("correctness", "Correctness", 0.92, 55.2, 60.0, "5 of 6 requirements"),
            Component("strength", "Test strength", 0.8, 16.0, 20.0, "4 of 5 hidden bugs caught"),
            Component("diff", "Diff size", 1.0, 9.2, 10.0, "38 lines (reference 23)"),
            Component("coverage", "Coverage", 0.95, 4.4, 5.0, "86 % of changed lines"),
            Component("lint", "Lint", 0.85, 3.9, 5.0, "1 new finding"),
        ),
        requirements=REQUIREMENTS,
        regression_share=1.0,
        regression=REGRESSION,
        own_tests=OWN_TESTS,
        faults=FAULTS,
        lint=(
            LintFinding("src/cachebox/store.py", UNUSED, "F841",
                        "local variable `entry` is assigned to but never used"),
        ),
        coverage=(
            FileCoverage("src/cachebox/keys.py", 3, (), ()),
            FileCoverage("src/cachebox/store.py", 18, (NOT_RUN,), (PARTLY,)),
        ),
        diff=(KEYS, TESTS, STORE),
        churn=38,
        reference_churn=23,
        advice=(
            Advice("Share one fetch between callers that miss on the same key: two of the three "
                   "tests of this requirement fail.", "requirement-single-flight"),
            Advice("Write a test of what forget returns: no test of yours noticed the wrong "
                   "count.", "strength"),
            Advice(f"Reach line {NOT_RUN} of store.py with a test.",
                   f"src/cachebox/store.py:{NOT_RUN}"),
            Advice("Drop the unused variable in put.", "lint"),
            Advice("Read the author's solution and compare the order of the locks.", "reference"),
        ),
        flags=(),
        clocking=Clocking(used=2292.0, limit=2700.0, late_by=0.0, factor=1.0),
        environment=ENVIRONMENT,
        reference=Reference(
            diff=(diff_file("src/cachebox/store.py", REFERENCE_DIFF),),
            review=REVIEW,
            rubric=(
                "Did you find the cause before you changed the code?",
                "Would each new test fail without your fix?",
                "Could a colleague review this diff in ten minutes?",
            ),
        ),
        attempt=1,
        record=AttemptFacts(
            mode="practice",
            started_at="2026-03-02T14:02:11+00:00",
            scored_at="2026-03-02T14:40:23+00:00",
            official=True,
            after_feedback=False,
        ),
    )  # fmt: skip


def perfect() -> Scorecard:
    """Everything met; only one seeded bug and a lint finding cost points."""
    card = typical()
    met = tuple(
        replace(one, credit=1.0, tests=tuple(_passed(test.id, test.seconds) for test in one.tests))
        for one in card.requirements
    )
    return replace(
        card,
        total=95.3,
        cap=None,
        cap_reason="",
        conditions=(
            Condition("total of at least 70", True),
            Condition("nothing that worked before is broken", True),
        ),
        components=(
            Component("correctness", "Correctness", 1.0, 60.0, 60.0, "6 of 6 requirements"),
            Component("strength", "Test strength", 0.8, 16.0, 20.0, "4 of 5 hidden bugs caught"),
            Component("diff", "Diff size", 1.0, 10.0, 10.0, "31 lines (reference 23)"),
            Component("coverage", "Coverage", 1.0, 5.0, 5.0, "100 % of changed lines"),
            Component("lint", "Lint", 0.85, 4.3, 5.0, "1 new finding"),
        ),
        requirements=met,
        coverage=tuple(replace(one, not_run=(), partial=()) for one in card.coverage),
        advice=card.advice[1:2] + card.advice[3:],
    )


def mutants() -> Scorecard:
    """A refactoring: no seeded bugs, but mutants of the changed lines, two of which survive."""
    card = perfect()
    evicted = "tests/test_store.py::test_reading_an_entry_keeps_it_from_being_evicted"
    stale = "tests/test_store.py::test_an_entry_is_stale_at_its_time_to_live[300.0]"
    store = "src/cachebox/store.py"
    return replace(
        card,
        exercise="refactor-cache",
        kind="refactor",
        total=78.0,
        components=(
            replace(card.components[0], points=40.0, out_of=40.0),
            Component("strength", "Test strength", 0.7059, 10.6, 15.0,
                      "3 of 5 mutants of the changed lines killed"),
            *card.components[2:4],
            Component("lint", "Lint", 0.5917, 5.9, 10.0, "1 new finding; 1 of 3 old ones fixed"),
            Component("complexity", "Complexity", 0.325, 6.5, 20.0,
                      "13 of 40 excess gone; highest: Store.put 31"),
        ),
        lint_left=(
            LintFinding(store, _line_of(STORE, "while len("), "SIM102",
                        "use a single `if` statement instead of nested ones"),
            LintFinding("src/cachebox/entry.py", 4, "F401", "`re` imported but unused"),
        ),
        complexity=(
            ComplexFunction(store, _line_of(STORE, "while len("), "Store.put", 31),
            ComplexFunction("src/cachebox/keys.py", 1, "module level", 26),
        ),
        faults=(),
        mutants=(
            MutantResult(
                store, _line_of(STORE, "if self._clock()"),
                "if self._clock() - entry.stored_at >= self._ttl:",
                "if self._clock() - entry.stored_at > self._ttl:", True, (stale,),
            ),
            MutantResult(
                store, _line_of(STORE, "if self._clock()"),
                "if self._clock() - entry.stored_at >= self._ttl:",
                "if self._clock() + entry.stored_at >= self._ttl:", True, (evicted, stale),
            ),
            MutantResult(
                store, _line_of(STORE, "while len("),
                "while len(self._entries) > self._capacity:",
                "while len(self._entries) >= self._capacity:", True, (evicted,),
            ),
            MutantResult(
                store, _line_of(STORE, "for key in doomed"),
                "for key in doomed:", "for key in []:", False, (),
            ),
            MutantResult(
                store, NOT_RUN, "return 0", "return 1", False, (), "no test runs this line"
            ),
        ),
        advice=(
            Advice(f"Write a test that would fail if line {NOT_RUN} of {store} were “return 1”. "
                   "1 more survived.", "strength"),
        ),
    )  # fmt: skip


def late() -> Scorecard:
    """Handed in four minutes late: the late tree beats the last snapshot before the bell."""
    card = typical()
    assert card.record is not None
    return replace(
        card,
        total=77.0,
        late=True,
        conditions=(Condition("total of at least 70", True), *card.conditions[1:]),
        clocking=Clocking(
            used=2950.0,
            limit=2700.0,
            late_by=250.0,
            factor=0.95,
            counted="final",
            bell_total=61.4,
            bell_taken_at="2026-03-02T14:41:07+00:00",
            late_total=77.0,
        ),
        record=replace(
            card.record,
            notes=("The wall clock was set back by 12 s; the boot clock was used.",),
        ),
    )


def after_feedback() -> Scorecard:
    """A later score of the same attempt: not the official one."""
    card = perfect()
    assert card.record is not None
    return replace(card, record=replace(card.record, official=False, after_feedback=True))


def not_measured() -> Scorecard:
    """A fix without any test: strength has no value, its weight went to correctness."""
    card = perfect()
    strength = Component("strength", "Test strength", None, 0.0, 0.0, "no test counts here")
    heavy = Component("correctness", "Correctness", 1.0, 80.0, 80.0, "6 of 6 requirements")
    return replace(
        card,
        total=99.3,
        components=(heavy, strength, *card.components[2:]),
        faults=(),
        own_tests=(),
        advice=(),
    )


def void() -> Scorecard:
    """The submission wrote its own results; the evidence stands in the flags."""
    card = typical()
    return replace(
        card,
        state="void",
        reason="The results were forged, so this attempt is worth nothing.",
        total=0.0,
        passed=False,
        cap=0.0,
        cap_reason="results forged",
        conditions=(
            Condition("total of at least 70", False),
            Condition("results were not tampered with", False),
        ),
        advice=(Advice("Look at the evidence.", "environment"),),
        flags=(
            Flag("forged-results", "a canary test that must fail was reported as passed: "
                 "hidden/test_canary.py::test_never_passes"),
            Flag("visible-test-weakened", "tests/test_store.py::test_evicts_least_recently_used "
                 "no longer fails on the starter"),
        ),
    )  # fmt: skip


def ungradable() -> Scorecard:
    """The harness failed: no number, no list, a reason."""
    card = empty()
    return replace(
        card,
        state="ungradable",
        reason="The reference solution failed its own tests in this session: the sandbox could "
        "not mount /tmp (EPERM).",
        total=None,
        conditions=(),
        components=(),
        requirements=(),
        regression=(),
        diff=(),
        advice=(),
        reference=None,
        attempt=1,
        record=typical().record,
    )


def interview() -> Scorecard:
    """Interview mode: the reference is not in the scorecard at all."""
    card = typical()
    assert card.record is not None
    return replace(
        card,
        reference=None,
        advice=card.advice[:4],
        record=replace(card.record, mode="interview"),
    )


def empty() -> Scorecard:
    """The untouched starter, graded outside of any attempt."""
    card = typical()
    failed = tuple(
        replace(
            one,
            credit=0.0,
            tests=tuple(
                TestResult(test.id, "failed", 0.01, "AssertionError", "hidden/test_x.py:9")
                for test in one.tests
            ),
        )
        for one in card.requirements
    )
    return replace(
        card,
        total=0.0,
        passed=False,
        cap=30.0,
        cap_reason="not every requirement is met",
        conditions=(Condition("total of at least 70", False), card.conditions[1]),
        components=(
            Component("correctness", "Correctness", 0.0, 0.0, 65.0, "0 of 6 requirements"),
            Component("strength", "Test strength", 0.0, 0.0, 20.0, "0 of 5 hidden bugs caught"),
            Component("diff", "Diff size", 1.0, 0.0, 10.0, "0 lines (reference 23)"),
            Component("coverage", "Coverage", None, 0.0, 0.0, "no changed line can run"),
            Component("lint", "Lint", 1.0, 0.0, 5.0, "no new finding"),
        ),
        requirements=failed,
        own_tests=(),
        faults=tuple(replace(one, caught=one.given, by=()) for one in card.faults),
        lint=(),
        coverage=(),
        diff=(),
        churn=0,
        advice=(Advice("Start with the heaviest requirement.", "requirement-vary"),),
        environment=replace(ENVIRONMENT, not_graded=(), restored=()),
        attempt=None,
        record=None,
    )


EVIL = (
    "<script>alert('x')</script>\"'><img src=http://evil.example/x onerror=alert(1)>"
    "{{ 7 * 7 }} &amp; \x1b[31mred\x1b[0m \x00\x07\r \u202egnp.exe\u2066 \ud800 "
    "naïve 日本語 👩‍💻 ]]> --> </style></title>" + "W" * 3000
)
EVIL_PATH = "src/<b>\"x' y&z</b>/日本\x1b.py"


def hostile() -> Scorecard:
    """Markup, controls, ANSI escapes, reordering marks and endless words in every text."""
    hunk = Hunk(
        (
            DiffLine(" ", 1, 1, "def f():\r\n\tpass\x0c"),
            DiffLine("-", 2, None, EVIL),
            DiffLine("+", None, 2, '"""' + EVIL),
            DiffLine("+", None, 3, "\ufeff\u2028x = '"),
            DiffLine("+", None, 3, "a number that comes twice"),
        )
    )
    file = DiffFile(EVIL_PATH, "source", "added", 3, 1, 4, (hunk,), omitted=12_345)
    test = TestResult(EVIL, "error", 0.1, EVIL, EVIL, EVIL * 20, "missing")
    card = typical()
    return replace(
        card,
        exercise=EVIL,
        version=EVIL,
        title=EVIL,
        reason=EVIL,
        cap_reason=EVIL,
        conditions=(Condition(EVIL, False),),
        components=(
            Component("strength", EVIL, 0.5, 10.0, 20.0, EVIL),
            Component("complexity", EVIL, 0.5, 10.0, 20.0, EVIL),
        ),
        requirements=(RequirementResult("a b<c>", EVIL, 1.0, 0.4, EVIL, (test,)),),
        regression_share=0.5,
        regression=(test,),
        own_tests=(test,),
        faults=(
            FaultResult(EVIL, "a b<c>", EVIL, True, False, (EVIL, EVIL)),
            FaultResult(EVIL, EVIL, EVIL, False, False, ()),
        ),
        mutants=(
            MutantResult(EVIL_PATH, 2, EVIL, f"{EVIL}\n" * 50, False, (), EVIL),
            MutantResult(EVIL, 0, '"""', "", True, (EVIL, EVIL)),
        ),
        lint=(LintFinding(EVIL_PATH, 2, EVIL, EVIL), LintFinding(EVIL, 0, EVIL, EVIL)),
        lint_left=(LintFinding(EVIL_PATH, 2, EVIL, EVIL),),
        complexity=(ComplexFunction(EVIL_PATH, 2, EVIL, 99), ComplexFunction(EVIL, 0, EVIL, 16)),
        coverage=(FileCoverage(EVIL_PATH, 3, (2,), (3,)), FileCoverage(EVIL, 1, (1,), ())),
        diff=(file, replace(file, path=EVIL, role="test"), replace(file, hunks=())),
        advice=(Advice(EVIL, "environment"),),
        flags=(Flag(EVIL, EVIL),),
        environment=Environment({EVIL: EVIL}, EVIL, EVIL, EVIL, (EVIL,), (EVIL_PATH,)),
        reference=Reference(
            (file,),
            EVIL
            + "\n\n[a](javascript:alert(1)) ![b](http://evil.example/b.png) <b>raw</b>\n\n"
            + "[c](data:text/html,x) [d](//evil.example) <http://ok.example>\n\n# Heading\n",
            (EVIL,),
        ),
        record=AttemptFacts(EVIL, EVIL, EVIL, False, True, (EVIL,)),
    )


ALL = {
    card.__name__: card
    for card in (
        typical, perfect, mutants, late, after_feedback, not_measured, void, ungradable,
        interview, empty, hostile,
    )
}  # fmt: skip
