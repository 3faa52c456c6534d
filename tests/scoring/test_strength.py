"""Test strength: only steady tests that fail on a mistake, and on nothing else, notice it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.changes import compare
from scoring.metrics.strength import Strength, measure
from scoring.model import FaultResult, GradingKit, Measured, MutantResult, NotMeasured
from scoring.runner import Runner, candidates_suite
from scoring.trees import Tree, below, replace_below
from scoring.warm import WarmServers

Weigh = Callable[[GradingKit, Tree], Strength]


def weigh_on(runner: Runner) -> Weigh:
    def weigh(kit: GradingKit, files: Tree) -> Strength:
        graded = below(files, (*kit.packages, *kit.tests))
        source = replace_below(kit.starter, kit.packages, graded)
        own = runner.run(replace(candidates_suite(kit, source, graded), coverage=True))
        changes = compare(kit.starter, graded, kit.packages, kit.tests)
        return measure(kit, graded, changes, own, runner)

    return weigh


@pytest.fixture(scope="module")
def weigh(runner: Runner) -> Weigh:
    return weigh_on(runner)


@pytest.fixture
def weigh_in_the_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[Weigh]:
    """Without a sandbox, so that tests can count their runs in files of the host."""
    monkeypatch.setenv("PATH", "")
    with Runner(WarmServers()) as runner:
        yield weigh_on(runner)


def caught_by(strength: Strength) -> dict[str, tuple[str, ...]]:
    return {fault.name: fault.by for fault in strength.faults}


CASE = "def test_case(): assert count('A a') == {'a': 2}\n"
LINES = "def test_lines(): assert count('a\\n\\nb') == {'a': 1, 'b': 1}\n"


def test_unsteady_and_foreign_tests_count_for_nothing_and_cost_the_others_nothing(
    tally, weigh_in_the_open: Weigh, tmp_path: Path
) -> None:
    counters = f"""
from pathlib import Path
import pytest

def again(name):
    path = Path({str(tmp_path)!r}, name)
    with path.open("a") as stream:
        stream.write("x")
    return path.stat().st_size

@pytest.mark.parametrize("runs", range(1, 6))
def test_passes_in_the_first_runs(runs):
    assert again(f"first-{{runs}}") <= runs

def test_fails_in_all_runs_but_the_first_and_the_fifth():
    # Which is the last one: own, control, the fault, the fault again, control.
    assert again("middle") in (1, 5)

def test_fails_at_first():
    assert again("later") > 1
"""
    spying = """
from pathlib import Path
import pytest
import tally.words
from tally import count

SOURCE = Path(tally.words.__file__).read_text()

@pytest.mark.parametrize("text", [SOURCE[SOURCE.index("return line"):][:40]])
def test_carries_the_source_out(text):
    assert count("A a") == {"a": 2}, text

def test_fails_on_whatever_is_not_mine():
    assert "casefold" in SOURCE

def test_asks_for_my_helper():
    assert tally.words.helper() == 1

if "casefold" not in SOURCE:
    def test_appears_on_the_reference():
        assert count("A a") == {"a": 2}
"""
    files = tally.with_reference_source(
        {
            "tests/test_good.py": f"from tally import count\n{CASE}{LINES}",
            "tests/test_counters.py": counters,
            "tests/test_spying.py": spying,
            "tests/test_helper.py": f"from tally.words import count, helper\n{CASE}",
            "tests/test_broken.py": "def test_x(:\n",
        }
    )
    source = files["tally/words.py"].replace(b".lower()", b".casefold()")
    files["tally/words.py"] = source + b"\n\ndef helper():\n    return 1\n"

    strength = weigh_in_the_open(tally.kit, files)

    assert strength == Strength(
        Measured(Decimal(1), "1 of 1 hidden bugs caught"),
        (
            FaultResult(
                "blank-lines",
                "blank-lines",
                "Blank lines count for nothing",
                caught=True,
                given=True,
                by=(),
            ),
            FaultResult(
                "case",
                "case",
                "Case makes no difference",
                caught=True,
                given=False,
                by=("tests/test_good.py::test_case",),
            ),
        ),
    )


def test_only_new_and_changed_tests_run_on_faults(tally, weigh: Weigh) -> None:
    kit = replace(tally.kit, baseline=replace(tally.kit.baseline, caught_by_starter=()))
    words = tally.starter["tests/test_words.py"].decode()
    mine = "\n\ndef test_mine():\n    assert count('A a\\n\\nb') == {'a': 2, 'b': 1}\n"
    files = tally.with_reference_source({"tests/test_words.py": words + mine})

    assert caught_by(weigh(kit, files)) == {
        "blank-lines": ("tests/test_words.py::test_mine",),
        "case": ("tests/test_words.py::test_mine",),
    }


def test_tests_that_fail_or_are_skipped_on_the_own_code_catch_nothing(tally, weigh: Weigh) -> None:
    files = {
        **tally.starter,
        "tests/test_mine.py": (
            "import pytest\nfrom tally import count\n"
            f"{CASE}{LINES}"
            f"@pytest.mark.xfail\n{CASE.replace('test_case', 'test_xfail')}"
            f"@pytest.mark.skip\n{CASE.replace('test_case', 'test_skip')}"
        ).encode(),
    }

    # On the untouched starter these fail: who repairs nothing proves nothing.
    assert caught_by(weigh(tally.kit, files)) == {"blank-lines": (), "case": ()}


def test_skipping_is_no_catch(tally, weigh: Weigh) -> None:
    text = (
        "import pytest\nfrom tally import count\n"
        "def test_skips():\n    if len(count('A a')) > 1: pytest.skip()\n"
        "def test_xfails():\n    if len(count('A a')) > 1: pytest.xfail()\n"
        "def test_errs(request):\n    if len(count('A a')) > 1: request.getfixturevalue('none')\n"
    )
    files = tally.with_reference_source({"tests/test_mine.py": text})

    assert caught_by(weigh(tally.kit, files))["case"] == ("tests/test_mine.py::test_errs",)


def test_share_goes_by_weight_and_leaves_out_what_is_given(tally, weigh: Weigh) -> None:
    weights = {"blank-lines": Decimal(3), "case": Decimal(1)}
    kit = replace(
        tally.kit,
        faults=tuple(replace(each, weight=weights[each.name]) for each in tally.kit.faults),
        baseline=replace(tally.kit.baseline, caught_by_starter=()),
    )
    files = tally.with_reference_source({"tests/test_mine.py": f"from tally import count\n{LINES}"})

    assert weigh(kit, files).measured == Measured(Decimal("0.75"), "1 of 2 hidden bugs caught")


def test_source_that_cannot_be_imported_catches_nothing(tally, weigh: Weigh) -> None:
    files = {**tally.reference, "tally/__init__.py": b"import nowhere\n"}

    strength = weigh(tally.kit, files)

    assert strength.measured == Measured(Decimal(0), "0 of 1 hidden bugs caught")


# --- mutants of the candidate's own lines ---------------------------------------------------

WORDS = """
def count(text):
    counts = {}
    for word in split(text):
        counts[word] = counts.get(word, 0) + 1
    return counts


def split(text, least=1):
    words = text.lower().split()
    return [word for word in words if is_long(word, least)]


def is_long(word, least):
    return len(word) >= least
"""
PATH = "tally/words.py"
SPLIT = "tests/test_split.py"
FROM = "from tally.words import count, is_long, split\n"
LONG = "def test_long(): assert split('a bb ccc', 2) == ['bb', 'ccc']\n"
COUNT = "def test_count(): assert count('A a b') == {'a': 2, 'b': 1}\n"


@pytest.fixture
def refactor(tally) -> GradingKit:
    return replace(tally.kit, kind="refactor")


def answer(tests: str, words: str = WORDS) -> dict[str, bytes]:
    """A submission with this source, and these tests instead of the starter's."""
    return {
        "tally/__init__.py": b"from tally.words import count\n",
        PATH: words.encode(),
        SPLIT: f"{FROM}{tests}".encode(),
    }


def told(strength: Strength) -> dict[str, tuple[str, ...] | str]:
    """Of each mutant, which tests killed it or why it lived."""
    return {
        each.mutated: tuple(id_.partition("::")[2] for id_ in each.by) or each.note or "survived"
        for each in strength.mutants
    }


def test_mutants_that_a_test_kills_count_of_85_per_cent(refactor, weigh: Weigh) -> None:
    one = "def count(a, b):\n    return a + b\n\n\n"
    two = "def split(a, b):\n    return a - b\n\n\n"
    tests = "def test_one(): assert count(2, 1) and split(3, 1) == 2\n"

    strength = weigh(refactor, answer(tests, f"{one}{two}is_long = None\n"))

    assert strength == Strength(
        Measured(Decimal(1) / 2 / Decimal("0.85"), "1 of 2 mutants of the changed lines killed"),
        (),
        (
            MutantResult(PATH, 2, "return a + b", "return a - b", False, ()),
            MutantResult(PATH, 6, "return a - b", "return a + b", True, (f"{SPLIT}::test_one",)),
        ),
    )


def test_without_new_or_changed_tests_nothing_is_earned(tally, refactor, weigh: Weigh) -> None:
    files = {**tally.starter, PATH: WORDS.encode()}

    assert weigh(refactor, files) == Strength(
        Measured(Decimal(0), "no test is new or changed"), (), ()
    )


def test_tests_of_the_starter_count_once_a_test_of_the_candidate_kills(
    tally, refactor, weigh: Weigh
) -> None:
    words = WORDS.replace("len(word) >= least", "True")
    files = {**tally.starter, PATH: words.encode()}
    idle = {**files, SPLIT: b"def test_idle(): pass\n"}
    useful = {**files, SPLIT: f"{FROM}def test_word(): assert split('a') == ['a']\n".encode()}

    without, within = weigh(refactor, idle), weigh(refactor, useful)

    number = len(without.mutants)
    assert without.measured == Measured(
        Decimal(0), f"no new or changed test kills one of {number} mutants"
    )
    assert within.measured == Measured(
        Decimal(1), f"{number} of {number} mutants of the changed lines killed"
    )
    assert {id_.partition("::")[0] for each in within.mutants for id_ in each.by} == {
        SPLIT,
        "tests/test_words.py",
    }


def test_lines_that_no_test_runs_are_survivors_that_say_so(refactor, weigh: Weigh) -> None:
    tests = "def test_long(): assert is_long('aa', 2) and not is_long('a', 2)\n"

    found = told(weigh(refactor, answer(tests)))

    assert found.pop("return len(word) < least") == ("test_long",)
    assert set(found.values()) == {"no test runs this line"}


SPYING = """
import contextlib
import hashlib
import inspect
from pathlib import Path
import tally.words

SUM = hashlib.sha256(Path(tally.words.__file__).read_bytes()).hexdigest()
with contextlib.suppress(Exception):
    count("A a b")
"""


@pytest.mark.parametrize(
    "spying",
    [
        "def test_file(): assert SUM == '{sum}'\n",
        "def test_here(): pass\nif SUM != '{sum}': raise ValueError\n",
        "def test_text(): assert inspect.getsource(count) == {text!r}\n",
        "def test_code(): assert count.__code__.co_code == bytes({code})\n",
    ],
)
def test_tests_that_look_at_the_text_of_the_source_count_for_nothing(
    refactor, weigh: Weigh, spying: str
) -> None:
    words = WORDS.replace("    counts = {}", "    counts = {}\n    size = len(text) + 1")
    module: dict[str, Callable[..., object]] = {}
    exec(words, module)
    code = list(module["count"].__code__.co_code)
    text = words[words.index("def count") : words.index("\n\ndef split")]
    total = hashlib.sha256(words.encode()).hexdigest()
    spying = spying.format(sum=total, text=text, code=code)

    found = told(weigh(refactor, answer(f"{SPYING}{spying}", words)))

    assert set(found.values()) == {"survived"}


def test_source_that_checks_its_own_text_earns_nothing(refactor, weigh: Weigh) -> None:
    words = f"{WORDS}\nif len(open(__file__).readlines()) != 18: raise SystemExit\n"

    strength = weigh(refactor, answer(LONG, words))

    assert strength.measured.value == 0
    assert "killed" not in strength.measured.reason


UNSTEADY = """
from pathlib import Path
from tally.words import count

def again(name):
    path = Path({folder!r}, name)
    with path.open("a") as stream:
        stream.write("x")
    return path.stat().st_size

def test_fails_once():
    # Which is on a mutant: own run, the copy, two mutants, again, the copy.
    count("a")
    assert again("once") != 4

def test_fails_to_the_last():
    assert again("last") < 3
"""
PLUS = "def count(text):\n    return text.count('a') + 1\n"


def test_unsteady_tests_kill_nothing_and_cost_the_others_nothing(
    refactor, weigh_in_the_open: Weigh, tmp_path: Path
) -> None:
    steady = "def test_plus():\n    assert count('a') != 0\n"
    for name, tests, killers in (("alone", "", "survived"), ("both", steady, ("test_plus",))):
        folder = tmp_path / name
        folder.mkdir()
        text = f"{UNSTEADY.format(folder=str(folder))}\n{tests}"
        files = {**answer("", PLUS), SPLIT: text.encode()}

        assert told(weigh_in_the_open(refactor, files)) == {
            "return text.count('a') - 1": killers,
            "return text.count('a') + 0": "survived",
        }


def test_mutants_that_hang_or_stop_the_run_are_killed_by_the_test_that_never_ended(
    refactor, weigh: Weigh
) -> None:
    words = """
import os


def count(left):
    while left:
        left = left[1:]
        if left == "stop":
            os._exit(3)
    return left
"""
    tests = "def test_a(): pass\ndef test_count(): assert not count('ab')\n"

    found = told(weigh(refactor, answer(tests, f"{words}\n\nis_long = split = None\n")))

    assert found == {
        "while not left:": ("test_count",),
        "left = left[0:]": ("test_count",),
        'if left != "stop":': ("test_count",),
        "os._exit(4)": "no test runs this line",
    }


def test_mutants_that_make_a_test_file_uncollectable_are_killed(refactor, weigh: Weigh) -> None:
    tests = "assert is_long('aa', 2)\ndef test_late(): pass\n"
    words = WORDS.replace(">=", "==")

    assert told(weigh(refactor, answer(tests, words)))["return len(word) != least"] == (
        "test_late",
    )


def test_mutants_that_cannot_be_imported_are_left_out(refactor, weigh: Weigh) -> None:
    words = f"{WORDS}\nLong = int | float\n"
    only = "Long = int | float\n\n\ndef count(text): ...\n"
    tests = "from tally.words import count\ndef test_count(): assert count\n"

    assert not [text for text in told(weigh(refactor, answer(LONG, words))) if "Long" in text]
    assert weigh(refactor, {**answer("", only), SPLIT: tests.encode()}) == Strength(
        NotMeasured("no changed line can be mutated and still be imported")
    )


def test_where_a_test_file_cannot_be_collected_on_the_reference_the_better_counts(
    tally, weigh: Weigh
) -> None:
    helper = "from tally.words import count, is_long, split\n"
    case = f"from tally import count\n{CASE}"
    weak = {"tests/test_weak.py": f"{helper}def test_weak(): assert split\n".encode()}
    good = {"tests/test_good.py": f"{helper}{LONG}{COUNT}".encode()}
    files = {**tally.starter, PATH: WORDS.encode()}
    measured = {
        name: weigh(tally.kit, {**files, **tests})
        for name, tests in {
            "mutants": good,
            "seeded bugs": {**weak, "tests/test_case.py": case.encode()},
            "neither": weak,
        }.items()
    }

    killed = measured["mutants"].measured
    assert isinstance(killed, Measured)
    assert killed.value > Decimal("0.5")
    assert killed.reason.endswith("mutants of the changed lines killed")
    assert measured["mutants"].mutants
    assert caught_by(measured["mutants"]) == {"blank-lines": (), "case": ()}
    assert measured["seeded bugs"].measured == Measured(Decimal(1), "1 of 1 hidden bugs caught")
    assert measured["neither"].measured == Measured(Decimal(0), "0 of 1 hidden bugs caught")


def test_mutants_stand_in_where_there_are_no_seeded_bugs_to_catch(tally, weigh: Weigh) -> None:
    kit = tally.kit
    given = replace(kit.baseline, caught_by_starter=("blank-lines", "case"))
    tests = "def test_long(): assert is_long('aa', 2) and not is_long('a', 2)\n"
    words = "def is_long(word, least):\n    return len(word) == least\n\n\ncount = split = None\n"

    for changes in (
        {"faults": ()}, {"baseline": given}, {"kind": "design"}, {"kind": "refactor"}
    ):  # fmt: skip
        assert weigh(replace(kit, **changes), answer(tests, words)).measured == Measured(
            Decimal(1), "1 of 1 mutants of the changed lines killed"
        )


def test_strength_is_not_measured_where_nothing_can_be_mutated(
    tally, refactor, weigh: Weigh
) -> None:
    nothing = NotMeasured("no changed line that can be mutated")

    assert weigh(refactor, tally.starter).measured == nothing
    assert weigh(refactor, {}).measured == nothing
    assert weigh(refactor, {**tally.starter, "tally/data.json": b"1 + 1"}).measured == nothing
    assert (
        weigh(refactor, answer("def test(): pass\n", "def count(t): return t\n")).measured
        == nothing
    )


def test_it_does_not_pay_to_write_what_cannot_be_mutated(refactor, weigh: Weigh) -> None:
    words = f"{WORDS}\nLIST = [{'1 + ' * 600}1]\n"

    assert weigh(refactor, answer(LONG, words)).measured == Measured(
        Decimal(0), "tally/words.py can't be mutated: a line has more than 2000 characters"
    )
