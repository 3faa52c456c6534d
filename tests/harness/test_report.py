"""The report's page, as far as it can be read without a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

import samples
from harness.report import LONGEST_LINE, LONGEST_TEXT, render
from scoring.model import Advice, DiffLine, Hunk, Scorecard
from scoring.terms import TestResult

every_sample = pytest.mark.parametrize("name", sorted(samples.ALL))
VOID = {"area", "br", "circle", "col", "hr", "img", "input", "link", "meta", "path", "rect", "wbr"}


class Page(HTMLParser):
    """What a page holds: its elements in order, their ids, and the text below an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self._below: dict[str, list[str]] = {}
        self.feed(html)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, dict(attrs).get("id")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "style":
            return
        self.texts.append(data)
        for _, name in self._open:
            if name:
                self._below.setdefault(name, []).append(data)

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.tags if "id" in attrs]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def text(self, name: str | None = None) -> str:
        """The words below an id, or of the whole page."""
        return " ".join("".join(self._below.get(name, []) if name else self.texts).split())


def page(card: Scorecard) -> Page:
    return Page(render(card))


@every_sample
def test_the_same_scorecard_gives_the_same_page(name: str) -> None:
    assert render(samples.ALL[name]()) == render(samples.ALL[name]())


@every_sample
def test_ids_are_unique_and_every_inner_link_leads_somewhere(name: str) -> None:
    shown = page(samples.ALL[name]())
    links = [attrs["href"] or "" for attrs in shown.all("a")]
    inner = [link.removeprefix("#") for link in links if link.startswith("#")]
    assert len(shown.ids) == len(set(shown.ids))
    assert set(inner) <= set(shown.ids)
    assert not [name for name in shown.ids if not name or re.search(r"\s", name)]


@every_sample
def test_a_page_loads_nothing_and_runs_nothing(name: str) -> None:
    shown = page(samples.ALL[name]())
    assert not {"script", "img", "iframe", "object", "form", "base"} & {
        tag for tag, _ in shown.tags
    }
    assert not [attrs for _, attrs in shown.tags if "src" in attrs]
    assert not [attrs for _, attrs in shown.tags if any(each.startswith("on") for each in attrs)]
    (icon,) = shown.all("link")
    assert (icon["href"] or "").startswith("data:image/svg+xml,")
    styles = re.findall(r"<style>(.*?)</style>", render(samples.ALL[name]()), re.DOTALL)
    assert len(styles) == 1
    assert "url(" not in styles[0]
    assert "@import" not in styles[0]


@every_sample
def test_the_policy_forbids_scripts_and_the_network(name: str) -> None:
    policies = [
        attrs["content"] or ""
        for attrs in page(samples.ALL[name]()).all("meta")
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none';")
    assert "script-src" not in policies[0]


@every_sample
def test_links_out_of_the_page_are_web_addresses(name: str) -> None:
    links = [attrs["href"] or "" for attrs in page(samples.ALL[name]()).all("a")]
    outer = [link for link in links if not link.startswith("#")]
    assert all(link.startswith(("http://", "https://")) for link in outer)


@every_sample
def test_headings_never_skip_a_level(name: str) -> None:
    levels = [
        int(tag[1]) for tag, _ in page(samples.ALL[name]()).tags if re.fullmatch("h[1-6]", tag)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", sorted(set(samples.ALL) - {"hostile"}))
def test_a_normal_attempt_stays_small(name: str) -> None:
    assert len(render(samples.ALL[name]()).encode()) < 120_000


def test_a_hostile_attempt_stays_bounded() -> None:
    card = samples.hostile()
    endless = replace(card, title="x" * 5_000_000, reason="y" * 5_000_000)
    assert len(render(endless).encode()) < 600_000


def test_sections_come_in_their_order() -> None:
    sections = [attrs["id"] for attrs in page(samples.typical()).all("section")]
    assert sections == [
        "verdict", "next", "tests", "diff", "strength", "lint", "coverage", "reference",
        "environment",
    ]  # fmt: skip


def test_the_title_says_exercise_and_score() -> None:
    assert "<title>debug-cache: 95.3 / 100</title>" in render(samples.perfect())
    assert "<title>debug-cache: not graded</title>" in render(samples.ungradable())
    assert "<title>debug-cache: 0.0 / 100 (void)</title>" in render(samples.void())


def test_the_verdict_names_conditions_points_and_time() -> None:
    verdict = page(samples.typical()).text("verdict")
    assert "✓ Passed" in verdict
    assert "✓ met total of at least 70" in verdict
    assert "Test strength 4 of 5 hidden bugs caught 16.0 / 20" in verdict
    assert "Capped at not every requirement is met 80.6" in verdict
    assert "38:12 of 45:00 used" in verdict
    assert "Official score" in verdict
    assert "2026-03-02 14:02 UTC" in verdict


def test_a_failed_attempt_says_which_condition_is_not_met() -> None:
    verdict = page(samples.empty()).text("verdict")
    assert "✗ Not passed" in verdict
    assert "✗ not met total of at least 70" in verdict
    assert "✓ met nothing that worked before is broken" in verdict


def test_what_was_not_measured_is_said_and_not_counted_as_zero() -> None:
    shown = page(samples.not_measured())
    assert "Test strength no test counts here not measured" in shown.text("verdict")
    assert "not measured: no test counts here" in shown.text("strength")


def test_a_late_attempt_shows_both_scores_and_which_counts() -> None:
    verdict = page(samples.late()).text("verdict")
    assert "49:10 of 45:00 used 4 min late" in verdict
    assert "61.4 last snapshot before the end, 2026-03-02 14:41 UTC" in verdict
    assert "77.0 as submitted, with the lateness ✓ this one counts" in verdict
    assert "× 0.95" in verdict
    assert "The wall clock was set back by 12 s" in verdict


def test_where_the_bell_counts_the_bell_is_marked() -> None:
    card = samples.late()
    clocking = replace(card.clocking, counted="bell", bell_total=79.0)
    verdict = page(replace(card, clocking=clocking)).text("verdict")
    assert "79.0 last snapshot before the end, 2026-03-02 14:41 UTC ✓ this one counts" in verdict
    assert verdict.count("this one counts") == 1


def test_a_score_after_feedback_is_not_official() -> None:
    verdict = page(samples.after_feedback()).text("verdict")
    assert "Not the official score, made after feedback" in verdict


def test_an_ungradable_attempt_blames_the_harness_and_shows_no_number() -> None:
    shown = page(samples.ungradable())
    assert "the harness failed, not you" in shown.text("verdict")
    assert "could not mount /tmp" in shown.text("verdict")
    assert "of 100" not in shown.text()
    assert "Official" not in shown.text()
    assert [attrs["id"] for attrs in shown.all("section")] == ["verdict", "environment"]


def test_a_void_attempt_shows_zero_and_its_evidence_near_the_verdict() -> None:
    shown = page(samples.void())
    assert "✗ Void" in shown.text("verdict")
    assert "0.0 / 100" in shown.text("verdict")
    for place in ("verdict", "environment"):
        assert "a canary test that must fail was reported as passed" in shown.text(place)


def test_each_sentence_of_advice_links_to_its_evidence() -> None:
    card = samples.typical()
    shown = page(card)
    hrefs = [attrs["href"] for attrs in shown.all("a")]
    for advice in card.advice:
        assert advice.text in shown.text("next")
        assert f"#{advice.anchor}" in hrefs


@pytest.mark.parametrize(
    "anchor",
    ["tests", "requirement-recency", "regression", "own-tests", "diff", "strength", "lint",
     "coverage", "reference", "environment"],
)  # fmt: skip
def test_advice_may_rely_on_these_anchors(anchor: str) -> None:
    card = replace(samples.perfect(), lint=(), diff=(), faults=(), own_tests=(), regression=())
    assert anchor in page(replace(card, advice=(Advice("Look.", anchor),))).ids


def test_failing_requirements_come_first_and_open() -> None:
    groups = [
        (attrs["id"], "open" in attrs)
        for attrs in page(samples.typical()).all("details")
        if "id" in attrs
    ]
    assert groups[0] == ("requirement-single-flight", True)
    assert [name for name, is_open in groups if is_open] == ["requirement-single-flight"]
    assert [name for name, _ in groups[-2:]] == ["regression", "own-tests"]


def test_broken_regression_tests_are_shown_open() -> None:
    card = samples.typical()
    broken = replace(card.regression[0], outcome="failed", message="assert None == b'1'")
    card = replace(card, regression=(*card.regression[1:], broken), regression_share=0.875)
    shown = page(card)
    assert [a for a in shown.all("details") if a.get("id") == "regression" and "open" in a]
    assert "✗ broken What worked before" in shown.text("regression")
    assert "assert None == b'1'" in shown.text("regression")


def test_a_failing_test_tells_what_it_said_and_where() -> None:
    text = page(samples.typical()).text("requirement-single-flight")
    assert "✗ not met" in text
    assert "1 of 3 passed, 20 % credit, weight 1" in text
    assert "AssertionError: assert 3 == 1" in text
    assert "at hidden/test_single_flight.py:42" in text
    assert "where 3 = len" in text
    assert text.index("test_concurrent_puts") < text.index("test_second_caller_waits")


def test_hidden_and_visible_tests_are_told_apart() -> None:
    text = page(samples.typical()).text("requirement-single-flight")
    assert "test_second_caller_waits hidden" in text
    assert "test_miss_calls_upstream_once visible" in text


def test_own_tests_say_how_they_did_on_the_starter() -> None:
    text = page(samples.typical()).text("own-tests")
    assert "test_miss_calls_upstream_once failed on the starter" in text
    assert "test_a_varied_header_makes_another_key new" in text


def test_source_files_come_before_tests_in_the_diff() -> None:
    text = page(samples.typical()).text("diff")
    order = [text.index(path) for path in
             ("src/cachebox/keys.py", "src/cachebox/store.py", "tests/test_store.py")]  # fmt: skip
    assert order == sorted(order)


def test_lines_that_no_test_ran_say_so_at_their_edge() -> None:
    shown = page(samples.typical())
    assert shown.text(f"src/cachebox/store.py:{samples.NOT_RUN}").endswith("return 0 not run")
    assert shown.text(f"src/cachebox/store.py:{samples.PARTLY}").endswith("partly")


def test_a_lint_finding_stands_under_its_line_and_links_to_it() -> None:
    html = render(samples.typical())
    line = html.index(f'id="src/cachebox/store.py:{samples.UNUSED}"')
    note = html.index("F841", line)
    assert html[line:note].count("<ins") == 0, "no other row stands between them"
    assert f"#src/cachebox/store.py:{samples.UNUSED}" in [
        attrs["href"] for attrs in Page(html).all("a")
    ]


def test_what_a_big_diff_leaves_out_is_told() -> None:
    card = samples.typical()
    big = replace(card, diff=(replace(samples.STORE, omitted=412),))
    assert "412 more diff lines" in page(big).text("diff")


def test_a_deleted_file_without_lines_is_told() -> None:
    gone = replace(samples.STORE, status="deleted", hunks=())
    assert "deleted" in page(replace(samples.typical(), diff=(gone,))).text("diff")


def test_highlighting_keeps_every_character_of_the_code() -> None:
    texts = ["x = '''not closed", "\ttabbed  ", "", "def f(:  # π ≠ 3", "'", "\\", "   "]
    lines = tuple(DiffLine("+", None, number, text) for number, text in enumerate(texts, 1))
    file = replace(samples.STORE, hunks=(Hunk(lines),))
    html = render(replace(samples.typical(), diff=(file,), lint=(), coverage=(), reference=None))
    cells = re.findall(r"<ins>(.*?)</ins>", html)
    shown = [re.sub(r"<[^>]+>", "", cell).replace("&#39;", "'") for cell in cells]
    assert shown == texts


def test_a_hunk_that_begins_within_a_text_is_highlighted_as_one() -> None:
    lines = (DiffLine(" ", 7, 8, "and returns it."), DiffLine("+", None, 9, 'or not."""'),
             DiffLine("-", 8, None, "pass"))  # fmt: skip
    file = replace(samples.STORE, hunks=(Hunk(lines, within=("", '"""')),))
    html = render(replace(samples.typical(), diff=(file,), lint=(), coverage=(), reference=None))
    assert "<span><i class=s>and returns it.</i></span>" in html
    assert "<ins><i class=s>or not.&#34;&#34;&#34;</i></ins>" in html
    assert "<del><i class=k>pass</i></del>" in html


def test_each_hunk_is_numbered_from_its_first_lines() -> None:
    added = Hunk((DiffLine("+", None, 1, "x = 1"), DiffLine("+", None, 2, "y = 2")))
    later = Hunk((DiffLine(" ", 40, 52, "z = 3"), DiffLine("-", 41, None, "q = 4")))
    file = replace(samples.STORE, hunks=(added, later))
    html = render(replace(samples.typical(), diff=(file,), lint=(), coverage=(), reference=None))
    assert re.findall(r"counter-reset: (.*?)\"", html) == ["old 0 new 0", "old 39 new 51"]


def test_only_lines_that_something_points_at_have_an_anchor() -> None:
    card = replace(samples.typical(), reference=None)
    shown = page(card)
    rows = [name for name in shown.ids if re.search(r"\.py:\d+$", name)]
    hrefs = {attrs["href"] for attrs in shown.all("a")}
    assert rows
    assert {f"#{name}" for name in rows} <= hrefs


def test_passed_cases_of_one_test_are_one_line_and_failed_ones_each_their_own() -> None:
    cases = tuple(
        TestResult(f"hidden/test_a.py::test_sum[{case}]", outcome, 0.25)
        for case, outcome in (("a", "passed"), ("b", "failed"), ("c[d]", "passed"))
    )
    alone = TestResult("hidden/test_a.py::test_one[only]", "passed")
    card = samples.typical()
    requirement = replace(card.requirements[0], tests=(*cases, alone))
    text = page(replace(card, requirements=(requirement,))).text(f"requirement-{requirement.name}")
    assert "3 of 4 passed" in text
    assert "✗ failed hidden/test_a.py::test_sum[b] hidden 0.25 s" in text
    assert "✓ passed hidden/test_a.py::test_sum 2 cases hidden 0.50 s" in text
    assert "✓ passed hidden/test_a.py::test_one[only] hidden" in text


def test_a_file_that_the_reference_changed_alike_is_named_and_not_shown_again() -> None:
    card = samples.typical()
    assert card.reference is not None
    same = replace(card, reference=replace(card.reference, diff=(samples.STORE,)))
    shown = page(replace(same, diff=(samples.STORE,)))
    assert "Changed just as you changed it: src/cachebox/store.py" in shown.text("reference")
    assert len(shown.all("article")) == 1


def test_an_unknown_language_is_shown_plain() -> None:
    file = replace(samples.STORE, path="src/notes.unheard-of")
    html = render(replace(samples.typical(), diff=(file,), reference=None))
    rows = re.findall(r"<(?:ins|del)[ >].*?</(?:ins|del)>", html.partition('id="diff"')[2])
    assert rows
    assert "<i class" not in "".join(rows)


def test_seeded_bugs_are_caught_not_caught_or_given() -> None:
    text = page(samples.typical()).text("strength")
    assert "4 of 5 hidden bugs caught" in text
    assert "✗ not caught Forgetting returns what is left" in text
    assert "by tests/test_store.py::test_a_varied_header_makes_another_key" in text
    assert "– given A second put keeps the first body" in text
    assert text.index("not caught") < text.index("✓ caught") < text.index("– given")


def test_a_mutant_that_survives_is_shown_with_its_change_as_a_test_to_write() -> None:
    shown = page(samples.mutants())
    text = shown.text("strength")
    assert "3 of 5 mutants of the changed lines killed" in text
    assert "a test still to write" in text
    line = samples.mutants().mutants[3].line
    assert (
        f"✗ survived src/cachebox/store.py:{line} "
        "− for key in doomed:+ for key in []: "
        "None of the tests that count fails with this mistake in place."
    ) in text
    assert "− return 0+ return 1 No test runs this line." in text
    assert f"#src/cachebox/store.py:{line}" in [attrs["href"] for attrs in shown.all("a")]


def test_mutants_that_were_killed_come_last_and_closed_with_the_tests_that_did_it() -> None:
    shown = page(samples.mutants())
    text = shown.text("strength")
    assert text.index("✗ survived") < text.index("✓ killed")
    assert "3 mutants that your tests noticed" in text
    assert "by tests/test_store.py::test_reading_an_entry_keeps_it_from_being_evicted" in text
    assert "Test strength 3/5" in shown.text()


def test_nothing_is_said_of_mutants_where_there_are_none() -> None:
    assert "utant" not in page(samples.typical()).text("strength")


def test_complex_functions_are_listed_with_their_places() -> None:
    shown = page(samples.mutants())
    text = shown.text("complexity")
    assert text.startswith("Complexity 13 of 40 excess gone; highest: Store.put 31")
    line = samples.mutants().complexity[0].line
    assert f"Store.putsrc/cachebox/store.py:{line}31 module levelsrc/cachebox/keys.py:126" in text
    assert f"#src/cachebox/store.py:{line}" in [attrs["href"] for attrs in shown.all("a")]
    assert "#complexity" in [attrs["href"] for attrs in shown.all("a")]


def test_a_refactoring_without_complex_functions_is_told_so_and_others_not_at_all() -> None:
    done = replace(samples.mutants(), complexity=())
    assert page(done).text("complexity").endswith("No function is above 15.")
    (*others, last) = done.components
    unread = replace(last, value=0.0, reason="a.py can't be read: invalid syntax")
    text = page(replace(done, components=(*others, unread))).text("complexity")
    assert text == "Complexity a.py can't be read: invalid syntax"
    unmeasured = replace(last, value=None, reason="the reference is no simpler than the starter")
    text = page(replace(done, components=(*others, unmeasured))).text("complexity")
    assert text == "Complexity – not measured: the reference is no simpler than the starter"
    assert "omplexity" not in page(samples.typical()).text()


def test_findings_that_were_to_be_fixed_stand_below_the_new_ones() -> None:
    text = page(samples.mutants()).text("lint")
    assert text.index("F841") < text.index("Still there, and to be fixed") < text.index("SIM102")
    assert "src/cachebox/entry.py:4F401" in text
    assert "Still there" not in page(samples.typical()).text()


def test_coverage_lists_lines_and_links_to_them() -> None:
    shown = page(samples.typical())
    assert "src/cachebox/store.py 17 of 18" in shown.text("coverage")
    hrefs = [attrs["href"] for attrs in shown.all("a")]
    assert f"#src/cachebox/store.py:{samples.NOT_RUN}" in hrefs


def test_the_reference_is_closed_and_its_rubric_is_open() -> None:
    shown = page(samples.typical())
    (spoiler,) = [attrs for attrs in shown.all("details") if attrs.get("class") == "spoiler"]
    assert "open" not in spoiler
    assert "Would each new test fail without your fix?" in shown.text("reference")
    assert len([attrs for attrs in shown.all("input") if attrs["type"] == "checkbox"]) == 3


def test_the_reference_is_absent_in_interview_mode() -> None:
    html = render(samples.interview())
    assert "reference" not in Page(html).ids
    assert "The bug behind the bug" not in html
    assert "author's solution" not in html.replace("&#39;", "'")


def test_the_environment_lists_versions_hashes_and_files() -> None:
    text = page(samples.typical()).text("environment")
    environment = samples.ENVIRONMENT
    for expected in (
        *environment.versions.values(), environment.sandbox, environment.exercise_sha256,
        environment.submission_sha256, *environment.not_graded, *environment.restored,
        "nothing was flagged",
    ):  # fmt: skip
        assert expected in text


def test_hostile_text_is_shown_and_never_interpreted() -> None:
    shown = page(samples.hostile())
    text = shown.text()
    assert text.count("<script>alert('x')</script>") > 40
    assert "{{ 7 * 7 }} &amp; ␛[31mred" in text


def test_hidden_and_reordering_characters_are_spelled_out() -> None:
    html = render(samples.hostile())
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800]", html
    )
    assert "\\u202egnp.exe" in html
    assert "\\ud800" in html
    assert html.encode("utf-8")


def test_endless_text_is_cut_and_the_cut_is_told() -> None:
    card = replace(samples.typical(), title="t" * (LONGEST_TEXT + 7))
    assert f"{'t' * 20} … 7 more characters" in page(card).text()
    line = DiffLine("+", None, 1, "d" * (LONGEST_LINE + 9))
    card = replace(card, diff=(replace(samples.STORE, hunks=(Hunk((line,)),)),), title="t")
    assert f"{'d' * 20} … 9 more characters" in page(card).text("diff")
