"""What a project declares about itself: name, version, requirements, licence. Nothing is run."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scoring.parsing import parse
from scoring.trees import Tree

_TEST_GROUPS = ("test", "tests", "testing", "unittest")
_REQUIREMENT_FILES = (
    "requirements-test.txt", "requirements-tests.txt", "requirements_test.txt",
    "test-requirements.txt", "test_requirements.txt", "tests/requirements.txt",
    "requirements/test.txt", "requirements/tests.txt",
)  # fmt: skip
# What every exercise has anyway, and what only looks after a suite from outside.
_OURS = {
    "pytest", "coverage", "pytest-cov", "tox", "nox", "mypy", "ruff", "flake8", "black", "isort",
    "pytest-xdist", "pytest-randomly", "pre-commit", "codecov", "coveralls", "pylint", "pyright",
    "build", "twine", "wheel", "setuptools", "pytest-sugar", "codespell", "check-manifest",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

# Words of a licence's text by its SPDX name, the telling ones first.
_LICENCES = (
    ("AGPL-3.0", r"gnu affero general public license"),
    ("LGPL-3.0", r"gnu lesser general public license\s+version 3"),
    ("LGPL-2.1", r"gnu lesser general public license\s+version 2\.1"),
    ("GPL-3.0", r"gnu general public license\s+version 3"),
    ("GPL-2.0", r"gnu general public license\s+version 2"),
    ("Apache-2.0", r"apache license,?\s+version 2\.0"),
    ("MPL-2.0", r"mozilla public license,?\s+v(ersion|\.) ?2\.0"),
    ("PSF-2.0", r"python software foundation license"),
    ("BSD-3-Clause", r"redistributions? in binary form.*(neither the name|names? of)"),
    ("BSD-2-Clause", r"redistributions? in binary form"),
    ("ISC", r"permission to use, copy, modify, and/?(or)? distribute this software"),
    ("MIT", r"permission is hereby granted, free of charge"),
    ("Unlicense", r"free and unencumbered software released into the public domain"),
    ("Zlib", r"this software is provided 'as-is', without any express or implied"),
    ("0BSD", r"zero-clause bsd"),
)


@dataclass(frozen=True)
class Metadata:
    """`licence` is an SPDX name where it is known, "" where none was found."""

    name: str
    version: str
    requires: tuple[str, ...]
    licence: str


def read_metadata(files: Tree, name: str) -> Metadata:
    """Read pyproject.toml, setup.cfg, requirements files, a literal setup.py, and the licence."""
    pyproject = _toml(files.get("pyproject.toml", b""))
    config = _ini(files.get("setup.cfg", b""))
    setup = _setup_call(files.get("setup.py", b""))
    project = _table(pyproject.get("project"))
    poetry = _table(_table(pyproject.get("tool")).get("poetry"))
    told = project.get("name") or poetry.get("name") or config.get("metadata", {}).get("name")
    version = project.get("version") or poetry.get("version") or setup.get("version")
    requires = [
        *_declared(pyproject, project, poetry),
        *_configured(config),
        *_strings(setup.get("install_requires")),
        *_strings(setup.get("tests_require")),
    ]
    for path in _REQUIREMENT_FILES:
        requires += _lines(files.get(path, b""))
    if not requires:
        requires += _lines(files.get("requirements.txt", b""))
    return Metadata(
        name=str(told or setup.get("name") or name),
        version=str(version) if re.fullmatch(r"\d[\w.+!-]*", str(version)) else "0.0.0",
        requires=tuple(_wanted(requires)),
        licence=_declared_licence(project, poetry, config) or _licence_text(files),
    )


def _toml(content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _ini(content: bytes) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(content.decode())
    except (UnicodeDecodeError, configparser.Error):
        return {}
    return {section: dict(parser[section]) for section in parser.sections()}


def _setup_call(content: bytes) -> dict[str, Any]:
    """The literal arguments of `setup(...)`; the file is read, never run."""
    try:
        nodes = list(ast.walk(parse(content)))
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, Any] = {}
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("setup"):
            for keyword in node.keywords:
                try:
                    found[keyword.arg or ""] = ast.literal_eval(keyword.value)
                except (ValueError, TypeError):
                    continue
    return found


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _declared(
    pyproject: dict[str, Any], project: dict[str, Any], poetry: dict[str, Any]
) -> Iterator[str]:
    yield from _strings(project.get("dependencies"))
    extras = _table(project.get("optional-dependencies"))
    groups = _table(pyproject.get("dependency-groups"))
    for name in _TEST_GROUPS:
        yield from _strings(extras.get(name))
        yield from _strings(groups.get(name))
    poetry_groups = _table(poetry.get("group"))
    tables = [poetry.get("dependencies")]
    tables += [_table(poetry_groups.get(name)).get("dependencies") for name in _TEST_GROUPS]
    for table in tables:
        # Of its version ranges only some are everybody's.
        yield from (name for name in _table(table) if name.lower() != "python")


def _configured(config: dict[str, dict[str, str]]) -> Iterator[str]:
    yield from config.get("options", {}).get("install_requires", "").splitlines()
    for name in _TEST_GROUPS:
        yield from config.get("options.extras_require", {}).get(name, "").splitlines()


def _lines(content: bytes) -> list[str]:
    lines = (
        line.partition(" #")[0].strip() for line in content.decode("utf-8", "replace").split("\n")
    )
    return [line for line in lines if line and line[0] not in "#-" and "://" not in line]


def _wanted(requires: Iterable[str]) -> Iterator[str]:
    seen = set()
    for text in map(str.strip, requires):
        found = _NAME.match(text)
        if not found or "://" in text or " @ " in text:
            continue
        name = re.sub(r"[-_.]+", "-", found[0]).lower()
        if name not in _OURS and text not in seen:
            seen.add(text)
            yield text


def _declared_licence(
    project: dict[str, Any], poetry: dict[str, Any], config: dict[str, dict[str, str]]
) -> str:
    told = project.get("license")
    told = _table(told).get("text") if isinstance(told, dict) else told
    for text in (told, poetry.get("license"), config.get("metadata", {}).get("license")):
        if isinstance(text, str) and 0 < len(text) <= 60 and "\n" not in text:
            return text
    return ""


def _licence_text(files: Tree) -> str:
    for path in sorted(files):
        if re.fullmatch(r"(licen[cs]e|copying)[\w.-]*", path, re.IGNORECASE):
            text = files[path][:40_000].decode("utf-8", "replace").lower()
            for name, words in _LICENCES:
                if re.search(words, text, re.DOTALL):
                    return name
            return f"see {path}"
    return ""
