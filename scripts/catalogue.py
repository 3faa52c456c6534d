"""Writes docs/catalogue.md: the exercises by kind, by topic, and as a path.

Usage: python scripts/catalogue.py FILE
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.curriculum import KINDS, suggested_path
from harness.exercise import MANIFEST, Exercise, load_exercise

EXERCISES = Path(__file__).parent.parent / "exercises"

INTRODUCTION = """\
Each is a small code base with a story. `worksample list` has them with your scores,
`worksample show ID` tells what one asks for, `worksample start ID` starts its clock."""
ABOUT = {
    "debug": """\
Reports about a system that misbehaves. Find the causes, repair them, write tests that would have
caught them.""",
    "extend": "A code base that works, and something that it is to do as well.",
    "refactor": """\
Code that works and that nobody dares to touch. Take it apart so that others can build on it, and
change nothing that it does.""",
    "design": "A protocol of one page, and nothing behind it yet. What is inside is yours.",
}
PATH = """\
From warm-up to senior. Within a level you go round: a bug to find, something to extend, something
to take apart, something to design, in each kind the shortest first. `worksample list --path` marks
what you have passed and what comes next."""
# What the topics are called; one that is not here goes by its own name.
TOPICS = {
    "evaluation": "Evaluation of model variants",
    "intervals": "Intervals",
    "kv-store": "Versioned key-value store",
    "lru-cache": "LRU cache",
    "quota": "Quotas",
    "rate-limiter": "Rate limiter",
    "retry": "Retries",
    "streaming": "Streaming chat",
    "tokenizer": "Tokenizer",
    "trapped-water": "Trapped rain water",
    "word-break": "Word break",
}


def main() -> None:
    folders = sorted(path.parent for path in EXERCISES.glob(f"*/{MANIFEST}"))
    path = suggested_path(load_exercise(folder) for folder in folders)
    Path(sys.argv[1]).write_text("\n".join(_page(path)) + "\n", encoding="utf-8")


def _page(path: Sequence[Exercise]) -> Iterator[str]:
    yield "# The catalogue"
    yield ""
    yield "<!-- Made from the manifests of the exercises: make catalogue -->"
    yield ""
    yield f"Exercises: {len(path)}. {INTRODUCTION}"
    for kind in KINDS:
        of_kind = [each for each in path if each.manifest.kind == kind]
        if of_kind:
            yield from ("", f"## {kind.capitalize()}", "", ABOUT[kind], "")
            yield from _table(of_kind)
    yield from ("", "## By topic", "", "| topic | exercises |", "|---|---|")
    yield from _topics(path)
    yield from ("", "## A path through them", "", PATH, "")
    for number, each in enumerate(path, start=1):
        manifest = each.manifest
        when = f"{manifest.level}, {manifest.minutes} min"
        yield f"{number}. {_link(each)} ({when}): {manifest.title}"


def _table(exercises: Sequence[Exercise]) -> Iterator[str]:
    yield "| exercise | | level | minutes | topic |"
    yield "|---|---|---|---|---|"
    for each in exercises:
        manifest = each.manifest
        told = f"**{_cell(manifest.title)}**"
        if manifest.summary:
            told += f"<br>{_cell(manifest.summary)}"
        facts = (_link(each), told, manifest.level, f"{manifest.minutes}", _topic(manifest.topic))
        yield f"| {' | '.join(facts)} |"


def _topics(exercises: Sequence[Exercise]) -> Iterator[str]:
    for topic in sorted({each.manifest.topic for each in exercises}, key=_topic):
        fitting = [_link(each) for each in exercises if each.manifest.topic == topic]
        yield f"| {_topic(topic)} (`{topic}`) | {', '.join(fitting)} |"


def _topic(topic: str) -> str:
    return TOPICS.get(topic, topic.replace("-", " ").capitalize())


def _link(exercise: Exercise) -> str:
    return f"[{exercise.id}](../exercises/{exercise.id}/BRIEF.md)"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
