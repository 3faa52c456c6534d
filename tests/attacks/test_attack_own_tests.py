"""The candidate's own tests: what they may find out about the code they run on, and measure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attack import EITHER, Attack, base_tree, each, graded, kit, repel
from scoring.trees import digest

# --- tests that look at the source instead of at what it does ----------------------------------

# The seeded bugs are the reference with a piece of the starter put back. Who changes a comment in
# every module has tests that pass on their own code, pass on the reference, and fail on the bugs.
_STARTER = base_tree("starter")["respcache/flight.py"].decode()

_LOOKING = {
    "open": f"""
        text = open(sys.modules["respcache.flight"].__file__).read()
        assert text != {_STARTER!r}
    """,
    "descriptor": f"""
        descriptor = os.open("respcache/flight.py", os.O_RDONLY)
        assert os.read(descriptor, 100_000) != {_STARTER.encode()!r}
    """,
    "size": f"""
        assert os.stat("respcache/flight.py").st_size != {len(_STARTER)}
    """,
    "inspect": """
        import inspect
        from respcache.flight import FlightBoard
        assert "pop" in inspect.getsource(FlightBoard.crash) or OWN
    """,
    "loader": f"""
        module = sys.modules["respcache.flight"]
        assert module.__loader__.get_source(module.__name__) != {_STARTER!r}
    """,
    "copy": f"""
        import shutil, tempfile
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copy("respcache/flight.py", folder)
            assert open(copy).read() != {_STARTER!r}
    """,
    "other-program": f"""
        import subprocess
        said = subprocess.run(["cat", "respcache/flight.py"], capture_output=True).stdout
        assert said != {_STARTER.encode()!r}
    """,
    "names-in-the-code": """
        from respcache.flight import FlightBoard
        assert "pop" in FlightBoard.crash.__code__.co_names or OWN
    """,
    "code-through-the-collector": """
        import gc
        from respcache.flight import FlightBoard
        code = next(
            each for each in gc.get_referents(FlightBoard.crash) if hasattr(each, "co_names")
        )
        assert "pop" in code.co_names or OWN
    """,
}
# Some ways see what a comment does not change; on its own code such a test knows where it is.
_OWN = """
import os
import sys


def _own():
    from respcache import __doc__ as doc
    import respcache
    return hasattr(respcache, "MINE")


OWN = _own()
"""


def _mine() -> dict[str, str]:
    init = base_tree("touched")["respcache/__init__.py"].decode()
    return {"respcache/__init__.py": f"{init}\nMINE = True\n"}


def _test(code: str, name: str = "test_it") -> str:
    from textwrap import dedent, indent

    return f"{_OWN}\n\ndef {name}():\n    import respcache\n{indent(dedent(code), '    ')}\n"


@each(
    [
        Attack(
            f"looks-by-{name}",
            {**_mine(), "tests/test_look.py": _test(code)},
            may=EITHER,
            base="touched",
            kit="strength",
        )
        for name, code in _LOOKING.items()
    ]
)
def test_a_test_that_looks_at_the_source_catches_no_bug(attack: Attack) -> None:
    repel(attack)


def _known_reference() -> str:
    """Tests by somebody who saw the reference after an earlier attempt, and kept its digest."""
    reference = {
        path: content
        for path, content in kit("strength").reference.items()
        if path.startswith("respcache/")
    }
    return f"""
import glob, hashlib

def test_it():
    import respcache
    if hasattr(respcache, "MINE"):
        return
    known = {sorted((path, digest({path: content})) for path, content in reference.items())!r}
    for path, wanted in known:
        content = open(path, "rb").read()
        name = path.encode()
        total = hashlib.sha256(b"%d %s %d " % (len(name), name, len(content)))
        total.update(content)
        assert total.hexdigest() == wanted
"""


@each(
    [
        Attack(
            "knows-the-digest-of-the-reference",
            {**_mine(), "tests/test_look.py": _known_reference()},
            may=EITHER,
            base="touched",
            kit="strength",
        )
    ]
)
def test_a_test_that_knows_the_reference_by_its_digest_catches_no_bug(attack: Attack) -> None:
    repel(attack)


# --- tests that fail as they please ----------------------------------------------------------

_NOISE = {
    "chance": "os.urandom(1)[0] < 100",
    "process-number": ("hashlib.sha256(b'%d %d' % (os.getpid(), number)).digest()[0] < 100"),
    "clock": "hashlib.sha256(b'%d %d' % (time.time_ns() >> 28, number)).digest()[0] < 100",
    "addresses": "hashlib.sha256(b'%d %d' % (id(os), number)).digest()[0] < 100",
}


def _noise(condition: str) -> str:
    return f"""
import hashlib, os, time

import pytest


@pytest.mark.parametrize("number", range(400))
def test_it(number):
    import respcache
    assert not {condition}
"""


@each(
    [
        Attack(
            f"noise-by-{name}",
            {"tests/test_noise.py": _noise(condition)},
            may={"own tests are not steady"},
            base="touched",
            kit="strength",
        )
        for name, condition in _NOISE.items()
    ]
)
def test_a_crowd_of_tests_that_fail_at_random_catches_no_bug(attack: Attack) -> None:
    repel(attack)


def _counting(folder: str) -> str:
    """Tests that count the runs; each expects the bugs to be among other runs than the next."""
    return f"""
import os

import pytest

COUNT = os.path.join({folder!r}, "worksample-attack-count")


@pytest.fixture(scope="session")
def run():
    try:
        with open(COUNT, "a") as stream:
            stream.write("x")
        return os.path.getsize(COUNT)
    except OSError:
        return 0


@pytest.mark.parametrize("first", range(2, 6))
@pytest.mark.parametrize("last", range(4, 12))
def test_it(run, first, last):
    import respcache
    assert not first <= run <= last
"""


@pytest.mark.parametrize("folder", ["/tmp", "/var/tmp", "/dev/shm"])
def test_a_test_that_counts_its_runs_catches_no_bug(folder: str, tmp_path: Path) -> None:
    # A name of its own, since a folder may well be the same for all who run this.
    text = _counting(folder).replace("attack-count", f"attack-{digest({str(tmp_path): b''})[:12]}")
    try:
        repel(
            Attack(
                f"counts-in-{folder}",
                {"tests/test_count.py": text},
                may=EITHER | {"own tests are not steady"},
                base="touched",
                kit="strength",
            )
        )
    finally:
        for left in Path(folder).glob(f"worksample-attack-{digest({str(tmp_path): b''})[:12]}"):
            left.unlink()


# --- visible tests made to agree -----------------------------------------------------------------

_VISIBLE = base_tree("starter")["tests/test_expiry.py"].decode()
_DELETED = frozenset({"visible tests deleted"})
_SKIPPED = frozenset({"visible tests skipped"})
_WEAKENED = frozenset({"visible tests weakened"})
_FAILING = '    assert ask("my diagnosis") not in cache\n'
assert _FAILING in _VISIBLE

_DISARMED = {
    "file-deleted": ({"tests/test_expiry.py": None}, _DELETED),
    "file-emptied": ({"tests/test_expiry.py": ""}, _DELETED),
    "test-renamed": (
        {"tests/test_expiry.py": _VISIBLE.replace("def test_a_call_can_ask", "def check")},
        _DELETED,
    ),
    "file-ignored": ({"tests/conftest.py": 'collect_ignore = ["test_expiry.py"]\n'}, _DELETED),
    "deselected": (
        {
            "tests/conftest.py": (
                "def pytest_collection_modifyitems(items):\n"
                "    items[:] = [each for each in items if 'nothing_be_kept' not in each.name]\n"
            )
        },
        _DELETED,
    ),
    "skipped": (
        {"tests/test_expiry.py": f"{_VISIBLE}\n\npytestmark = pytest.mark.skip\n"},
        _SKIPPED,
    ),
    "skipped-module": (
        {"tests/test_expiry.py": "import pytest\npytest.skip(allow_module_level=True)\n"},
        _SKIPPED | _DELETED,
    ),
    "skipped-by-a-fixture": (
        {
            "tests/conftest.py": (
                "import pytest\n\n\n@pytest.fixture(autouse=True)\n"
                "def quiet(request):\n"
                "    if 'nothing_be_kept' in request.node.name:\n        pytest.skip('later')\n"
            )
        },
        _SKIPPED,
    ),
    "expected-to-fail": (
        {
            "tests/conftest.py": (
                "import pytest\n\n\ndef pytest_collection_modifyitems(items):\n"
                "    for each in items:\n        each.add_marker(pytest.mark.xfail)\n"
            )
        },
        _SKIPPED,
    ),
    "weakened": (
        {"tests/test_expiry.py": _VISIBLE.replace(_FAILING, _FAILING[:-1] + " or True\n")},
        _WEAKENED,
    ),
    "ended-before-its-assertion": (
        {"tests/test_expiry.py": _VISIBLE.replace(_FAILING, f"    return\n{_FAILING}")},
        _WEAKENED,
    ),
    "assertion-caught": (
        {
            "tests/test_expiry.py": _VISIBLE.replace(
                _FAILING, f"    try:\n    {_FAILING}    except AssertionError:\n        pass\n"
            )
        },
        _WEAKENED,
    ),
    "code-patched-for-the-tests": (
        {
            "tests/conftest.py": (
                "import respcache\nreal = respcache.ResponseCache.__contains__\n"
                "respcache.ResponseCache.__contains__ = lambda self, request: (\n"
                "    'diagnosis' not in request.prompt and real(self, request)\n)\n"
            )
        },
        _WEAKENED,
    ),
    "outcomes-rewritten": (
        {
            "tests/conftest.py": (
                "import pytest\n\n\n@pytest.hookimpl(wrapper=True)\n"
                "def pytest_runtest_makereport(item, call):\n"
                "    report = yield\n    report.outcome = 'passed'\n    return report\n"
            )
        },
        _WEAKENED | EITHER,
    ),
    "session-ended-well": (
        {
            "tests/conftest.py": (
                "def pytest_sessionfinish(session):\n    session.exitstatus = 0\n"
                "\n\ndef pytest_runtest_protocol(item, nextitem):\n    return True\n"
            )
        },
        frozenset[str](),
    ),
}


@each(
    [
        Attack(f"visible-{name}", files, flags, may=EITHER | _WEAKENED)
        for name, (files, flags) in _DISARMED.items()
    ]
)
def test_visible_tests_made_to_agree_earn_nothing_and_are_pointed_out(attack: Attack) -> None:
    repel(attack)


# --- what the tests are said to have run -------------------------------------------------------

_CONF = "import coverage\n\n\ndef pytest_sessionfinish():\n"
_SPARE = base_tree("untested")["respcache/spare.py"].decode()
_COVERED = {
    "excluding-while-it-runs": {
        "tests/conftest.py": _CONF + "    coverage.Coverage.current().exclude('.*')\n"
    },
    "data-written-into": {
        "tests/conftest.py": _CONF
        + "    import respcache\n    path = respcache.__path__[0] + '/spare.py'\n"
        "    data = coverage.Coverage.current().get_data()\n"
        "    arcs = [(a, b) for a in range(-30, 40) for b in range(-30, 40)]\n"
        "    data.add_arcs({path: arcs})\n"
    },
    "report-replaced": {
        "tests/conftest.py": """
import json

import coverage

real = coverage.Coverage.json_report


def json_report(self, outfile, **options):
    total = real(self, outfile=outfile, **options)
    with open(outfile) as stream:
        facts = json.load(stream)
    for each in facts["files"].values():
        each["executed_lines"] += each["missing_lines"]
        each["missing_lines"], each["missing_branches"] = [], []
    with open(outfile, "w") as stream:
        json.dump(facts, stream)
    return total


coverage.Coverage.json_report = json_report
"""
    },
    "other-code-under-the-same-name": {
        "tests/test_spare.py": """
import importlib.util


def test_spare():
    path = importlib.util.find_spec("respcache.spare").origin
    lines = len(open(path).read().splitlines())
    exec(compile("x = 1\\n" * lines, path, "exec"), {})
"""
    },
    "event-forged": {
        "tests/conftest.py": """
import json
import os

FACTS = {"executed_lines": list(range(40)), "missing_lines": [],
         "executed_branches": [], "missing_branches": []}
NAMES = ["cache", "expiry", "flight", "keys", "messages", "store", "spare"]


def pytest_unconfigure():
    event = {"event": "coverage", "files": {f"respcache/{each}.py": FACTS for each in NAMES}}
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, json.dumps(event).encode() + b"\\n")
            os.write(descriptor, b'{"event": "done", "code": 0}\\n')
        except OSError:
            pass
    os._exit(0)
"""
    },
    "comments-and-settings": {
        "respcache/spare.py": _SPARE.replace(":\n", ":  # pragma: no cover\n"),
        ".coveragerc": "[report]\nexclude_also = def\n",
        "respcache/.coveragerc": "[run]\nomit = *\n",
        "tests/.coveragerc": "[run]\nomit = *\n",
        "pyproject.toml": "[tool.coverage.report]\nexclude_also = ['.*']\n",
        "setup.cfg": "[coverage:run]\nomit = *\n",
        "tox.ini": "[coverage:run]\nomit = *\n",
    },
    "no-tracing": {
        "tests/conftest.py": "import sys\n\nsys.settrace(None)\n",
    },
    "a-text-that-is-run": {
        "respcache/spare.py": (
            '"""Code from beside."""\n\nfrom pathlib import Path\n\n'
            'exec(Path(__file__).with_suffix(".txt").read_text())\n'
        ),
        "respcache/spare.txt": _SPARE,
        "tests/test_spare.py": "def test_spare():\n    import respcache.spare\n",
    },
    "a-text-in-a-string": {
        "respcache/spare.py": f'"""Code from a text."""\n\nexec({_SPARE!r})\n',
        "tests/test_spare.py": "def test_spare():\n    import respcache.spare\n",
    },
}


@each(
    [
        Attack(f"coverage-by-{name}", files, may=EITHER, base="untested", kit="quality")
        for name, files in _COVERED.items()
    ]
)
def test_lines_that_no_test_ran_do_not_count_as_run(attack: Attack) -> None:
    repel(attack)


# --- what the tests carry out --------------------------------------------------------------------


def _everything(reveal: bool, files: dict[str, str]) -> str:
    from dataclasses import asdict

    tree = {**base_tree("touched"), **{path: text.encode() for path, text in files.items()}}
    card = graded("strength", tree, reveal=reveal)
    return json.dumps(asdict(card), default=str)


# A line that only the reference has, and one that only a hidden test has.
_SECRETS = ("surrogatepass", "def test_a_question_asked_all_day_stays(")


def test_the_secrets_are_where_these_tests_think_they_are() -> None:
    assert _SECRETS[0].encode() in kit("hidden").solution["respcache/messages.py"]
    assert _SECRETS[1].encode() in kit("strength").hidden["hidden/test_recency.py"]


_CARRIERS = {
    "ids": {
        "tests/test_carry.py": """
import pytest

TEXT = open("respcache/messages.py").read()


@pytest.mark.parametrize("line", TEXT.splitlines()[-12:], ids=str)
def test_it(line):
    assert "len(request" in TEXT
"""
    },
    "messages": {
        "tests/test_carry.py": """
def test_it():
    text = open("respcache/messages.py").read()
    assert "surrogate" not in text, text
"""
    },
    "an-error-at-import": {
        "respcache/__init__.py": """
import glob

TEXTS = [open(path).read() for path in glob.glob("hidden/test_recency.py")]
if TEXTS:
    raise ImportError(TEXTS[0][TEXTS[0].index("def test_a_question") :])
"""
    },
    "an-error-in-a-test-file": {
        "tests/test_carry.py": """
text = open("respcache/messages.py").read()
if "surrogate" in text:
    raise ImportError(text[-300:])


def test_it():
    import respcache
"""
    },
}


@pytest.mark.parametrize("name", _CARRIERS)
def test_nothing_of_the_reference_or_of_a_hidden_test_comes_out(name: str) -> None:
    said = _everything(False, _CARRIERS[name])
    assert [secret for secret in _SECRETS if secret in said] == []
