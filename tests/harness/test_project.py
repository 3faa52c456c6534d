"""A project of any layout comes into the shape of an exercise; nothing of it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.authoring.project import FolderTree, read_project
from harness.errors import UsageProblem, WorkspaceProblem

TEST = "def test_it():\n    pass\n"


def files(texts: dict[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in texts.items()}


def shape(texts: dict[str, str]) -> dict[str, str]:
    """The project's tree as text."""
    project = read_project(files(texts), "shelf")
    assert project.tests == ("tests",)
    return {path: content.decode() for path, content in project.tree.items()}


@pytest.mark.parametrize(
    ("texts", "packages", "paths"),
    [
        pytest.param(
            {"src/shelf/__init__.py": "", "src/shelf/latest.py": "", "tests/test_a.py": TEST},
            ("shelf",),
            {"shelf/__init__.py", "shelf/latest.py", "tests/test_a.py"},
            id="a package below src, with a module that ends in test",
        ),
        pytest.param(
            {
                "shelf/__init__.py": "",
                "shelf/data.json": "{}",
                "docs/conf.py": "",
                "setup.py": "raise SystemExit",
                "examples/__init__.py": "",
                "test/test_a.py": TEST,
                "test/data/a.txt": "",
                "LICENSE": "MIT License",
                ".github/x.yml": "",
            },
            ("shelf",),
            {
                "shelf/__init__.py",
                "shelf/data.json",
                "tests/test_a.py",
                "tests/data/a.txt",
                "LICENSE",
            },
            id="a package at the top, its tests in test, data beside both",
        ),
        pytest.param(
            {"shelf.py": "A = 1\n", "test_shelf.py": TEST, "setup.py": ""},
            ("shelf",),
            {"shelf/__init__.py", "tests/test_shelf.py"},
            id="a single module with its tests beside it",
        ),
        pytest.param(
            {
                "shelf/__init__.py": "",
                "shelf/test_a.py": TEST,
                "shelf/test_kit.py": "def make():\n    return 1\n",
                "shelf/sub/__init__.py": "",
                "shelf/sub/tests/__init__.py": "",
                "shelf/sub/tests/b_test.py": TEST,
            },
            ("shelf",),
            {
                "shelf/__init__.py",
                "shelf/test_kit.py",
                "shelf/sub/__init__.py",
                "tests/test_a.py",
                "tests/test_b.py",
            },
            id="tests in the package; a module is no test for its name",
        ),
        pytest.param(
            {
                "shelf/__init__.py": "",
                "shelf/a/__init__.py": "",
                "shelf/a/tests/test_x.py": TEST,
                "shelf/b/__init__.py": "",
                "shelf/b/tests/test_x.py": TEST,
            },
            ("shelf",),
            {
                "shelf/__init__.py",
                "shelf/a/__init__.py",
                "shelf/b/__init__.py",
                "tests/test_x.py",
                "tests/b/__init__.py",
                "tests/b/test_x.py",
            },
            id="several folders of tests, with modules of one name",
        ),
        pytest.param(
            {
                "shelf/__init__.py": "import plank\n",
                "plank/__init__.py": "",
                "other/__init__.py": "",
                "tests/shelf/__init__.py": "",
                "tests/shelf/test_a.py": TEST,
            },
            ("plank", "shelf"),
            {
                "shelf/__init__.py",
                "plank/__init__.py",
                "tests/shelf_tests/__init__.py",
                "tests/shelf_tests/test_a.py",
            },
            id="of several packages the project's own and what it imports; tests of its name",
        ),
        pytest.param(
            {"src/shelf/deep/__init__.py": "", "tests/test_a.py": TEST},
            ("shelf",),
            {"shelf/__init__.py", "shelf/deep/__init__.py", "tests/test_a.py"},
            id="a namespace package",
        ),
    ],
)
def test_packages_and_tests_end_at_the_top(
    texts: dict[str, str], packages: tuple[str, ...], paths: set[str]
) -> None:
    project = read_project(files(texts), "shelf")
    assert (project.packages, set(project.tree)) == (packages, paths)


def test_imports_of_what_moved_are_told_and_all_else_of_the_text_is_kept() -> None:
    tree = shape(
        {
            "shelf/__init__.py": "",
            "shelf/plank.py": "",
            "shelf/tests/__init__.py": "class Mixin: pass\n",
            "shelf/tests/tools.py": "",
            "shelf/tests/test_a.py": (
                "from . import Mixin, tools  # both\n"
                "from .tools import (\n    one,  # kept\n    two,\n)\n"
                "from ..plank import width\n"
                "from .. import plank as board\n"
                "import shelf.tests.tools as kit\n"
                "from shelf.tests import Mixin as M\n\n\n"
                "def test_it():\n    from .tools import late\n"
            ),
        }
    )
    assert tree["tests/test_a.py"] == (
        "from common import Mixin; import tools  # both\n"
        "from tools import (\n    one,  # kept\n    two,\n)\n"
        "from shelf.plank import width\n"
        "from shelf import plank as board\n"
        "import tools as kit\n"
        "from common import Mixin as M\n\n\n"
        "def test_it():\n    from tools import late\n"
    )
    assert tree["tests/common.py"] == "class Mixin: pass\n"


def test_a_conftest_above_the_tests_hands_its_fixtures_down() -> None:
    tree = shape(
        {
            "shelf.py": "",
            "conftest.py": "A = 1\n",
            "tests/conftest.py": '"""Ours."""\nfrom __future__ import annotations\nB = 2\n',
            "tests/test_a.py": TEST,
        }
    )
    assert tree["tests/conftest.py"] == (
        '"""Ours."""\nfrom __future__ import annotations\n'
        "from conftest_root import *  # noqa: F403\nB = 2\n"
    )
    assert tree["tests/conftest_root.py"] == "A = 1\n"


def test_what_a_build_would_have_made_is_stood_in_for() -> None:
    source = "from ._version import version\nimport importlib.metadata\n"
    project = read_project(
        files(
            {
                "src/shelf/__init__.py": source,
                "tests/test_a.py": TEST,
                "pyproject.toml": '[project]\nname = "the-shelf"\nversion = "2.1"\n',
            }
        ),
        "folder",
        "shelf",
    )
    assert (project.name, project.version) == ("the-shelf", "2.1")
    assert b'version = "2.1"' in project.tree["shelf/_version.py"]
    assert project.tree["the_shelf-2.1.dist-info/METADATA"] == (
        b"Metadata-Version: 2.1\nName: the-shelf\nVersion: 2.1\n"
    )
    assert len(project.notes) == 2


@pytest.mark.parametrize(
    ("told", "requires", "licence"),
    [
        (
            {
                "pyproject.toml": (
                    '[project]\nname = "x"\nlicense = "MIT"\ndependencies = ["attrs>=1"]\n'
                    '[project.optional-dependencies]\ntest = ["pytest", "freezegun"]\n'
                    'docs = ["sphinx"]\n'
                )
            },
            ("attrs>=1", "freezegun"),
            "MIT",
        ),
        (
            {
                "setup.cfg": "[options]\ninstall_requires =\n    attrs\n    six\n",
                "COPYING": "Permission is hereby granted, free of charge, to any person",
            },
            ("attrs", "six"),
            "MIT",
        ),
        (
            {
                "setup.py": "import setuptools\nsetuptools.setup(install_requires=['attrs'])\n1/0",
                "requirements-test.txt": "# tests\n-r other.txt\nfreezegun  # time\npytest-cov\n",
                "LICENSE.md": "Apache License\nVersion 2.0, January 2004",
            },
            ("attrs", "freezegun"),
            "Apache-2.0",
        ),
        ({"requirements.txt": "six\n", "LICENSE": "All mine."}, ("six",), "see LICENSE"),
        ({}, (), ""),
    ],
)
def test_requirements_and_licence_are_read_where_they_are_declared(
    told: dict[str, str], requires: tuple[str, ...], licence: str
) -> None:
    project = read_project(files({"shelf.py": "", "test_a.py": TEST, **told}), "shelf")
    assert (project.requires, project.licence) == (requires, licence)


@pytest.mark.parametrize(
    ("texts", "package", "kind", "message", "tip"),
    [
        (
            {"tests/test_a.py": TEST},
            "",
            WorkspaceProblem,
            "thing has no package: no folder with an __init__.py at its top or below src/, "
            "and no module",
            "name the folder that holds the package's folder",
        ),
        (
            {"shelf.py": "", "tests/test_a.py": "VALUE = 1\n", "tests/helper.py": TEST},
            "",
            WorkspaceProblem,
            "thing has no tests: no test_*.py or *_test.py with a test in it",
            "an exercise is made of a project's tests; name another project, or write some first",
        ),
        (
            {"one/__init__.py": "", "two/__init__.py": "", "tests/test_a.py": TEST},
            "",
            WorkspaceProblem,
            "thing has several packages: one, two",
            "choose one: --package one",
        ),
        (
            {"one/__init__.py": "", "two/__init__.py": "", "tests/test_a.py": TEST},
            "three",
            UsageProblem,
            "there is no package named 'three'",
            "there are: one, two",
        ),
        (
            {"shelf.py": "", "tests/test_a.py": TEST, "tests/big.bin": "x" * 10_000_001},
            "",
            WorkspaceProblem,
            "thing has files above 10 MB: tests/big.bin",
            "an exercise is a small project: take one package of it, or a smaller one",
        ),
        (
            {"shelf.py": "", "test_a.py": TEST, **{f"tests/d/{n}.txt": "" for n in range(3000)},
             "tests/test_b.py": TEST},
            "",
            WorkspaceProblem,
            "thing is too large: 3003 files with 0.0 MB of source and tests, where 3000 files and "
            "30 MB are the most",
            "an exercise is a small project: take one package of it, or a smaller one",
        ),
    ],
)  # fmt: skip
def test_what_can_be_no_exercise_is_refused(
    texts: dict[str, str], package: str, kind: type, message: str, tip: str, refusal: Any
) -> None:
    told = refusal(read_project, files(texts), "thing", package)
    assert (told.kind, told.message, told.tips) == (kind, message, (tip,))


def test_of_several_packages_one_can_be_chosen() -> None:
    texts = {"one/__init__.py": "", "two/__init__.py": "", "tests/test_a.py": TEST}
    assert read_project(files(texts), "thing", "two").packages == ("two",)


def test_a_folder_gives_what_git_does_not_ignore_and_links_that_stay_inside(
    tmp_path: Path, run_git: Any
) -> None:
    for path in ("pkg/__init__.py", "tests/test_a.py", "build/pkg.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / ".gitignore").write_text("build\n")
    (tmp_path / "pkg" / "same.py").symlink_to("__init__.py")
    run_git(tmp_path, "init", "--quiet")
    tree = FolderTree(tmp_path)
    assert dict(tree) == files(
        {
            ".gitignore": "build\n",
            "pkg/__init__.py": "pkg/__init__.py",
            "pkg/same.py": "pkg/__init__.py",
            "tests/test_a.py": "tests/test_a.py",
        }
    )


def test_a_link_that_leads_out_of_the_project_is_refused_where_it_is_needed(
    tmp_path: Path, refusal: Any
) -> None:
    root = tmp_path / "thing"
    (root / "tests").mkdir(parents=True)
    (root / "docs").mkdir()
    (root / "shelf.py").write_text("")
    (root / "tests" / "test_a.py").write_text(TEST)
    (tmp_path / "secret.txt").write_text("secret")
    (root / "docs" / "x.txt").symlink_to(tmp_path / "secret.txt")
    read_project(FolderTree(root), "thing")
    (root / "tests" / "x.txt").symlink_to(tmp_path / "secret.txt")
    told = refusal(read_project, FolderTree(root), "thing")
    assert (told.exit_code, told.message, told.tips) == (
        3,
        f"{root}/tests/x.txt is a link that leads out of the project",
        ("put the file itself there, or leave it out",),
    )


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, refusal: Any) -> None:
    told = refusal(FolderTree, tmp_path / "nowhere")
    assert told.message == f"{tmp_path}/nowhere can't be read: No such file or directory"
