"""Lint findings and lines of code, hidden where nobody counts them.

The bases say what the same code earns when it is written out: one has lint findings, one has some
four hundred lines that no task asked for.
"""

from __future__ import annotations

import base64
import zlib

from attack import BULK, EITHER, UGLY, Attack, base_tree, each, repel

_NOQA = UGLY.replace("== None\n", "== None  # {}\n")

_LINT = {
    "noqa-on-every-line": {"respcache/ugly.py": _NOQA.replace("{}", "noqa")},
    "noqa-of-the-file": {"respcache/ugly.py": f"# ruff: noqa\n{UGLY}"},
    "noqa-of-the-file-for-flake8": {"respcache/ugly.py": f"# flake8: noqa: E711\n{UGLY}"},
    "suppressions-of-a-later-ruff": {
        "respcache/ugly.py": f"# ruff: disable[E711]\n{UGLY}# ruff: enable[E711]\n"
    },
    "settings-beside-the-file": {
        "respcache/ruff.toml": 'lint.ignore = ["ALL"]\nexclude = ["*"]\n',
        "respcache/.ruff.toml": 'lint.ignore = ["ALL"]\nexclude = ["*"]\n',
        "ruff.toml": 'lint.ignore = ["ALL"]\nexclude = ["*"]\n',
        "pyproject.toml": '[tool.ruff]\nexclude = ["*"]\n',
        "respcache/pyproject.toml": '[tool.ruff]\nexclude = ["*"]\n',
        ".gitignore": "*.py\n",
        "respcache/.gitignore": "*.py\n",
        ".gitattributes": "*.py binary -diff linguist-generated\n",
        "respcache/.gitattributes": "*.py binary -diff linguist-generated\n",
    },
    "another-encoding": {
        "respcache/ugly.py": (
            b"# -*- coding: utf-7 -*-\n" + UGLY.replace("== None", "+AD0APQ- None").encode()
        ),
    },
    "a-name-that-is-not-python": {
        "respcache/ugly.py": (
            '"""Code from beside."""\n\nfrom pathlib import Path\n\n'
            'exec(Path(__file__).with_suffix(".txt").read_text())\n'
        ),
        "respcache/ugly.txt": UGLY,
    },
    "a-name-that-can-not-be-listed": {
        "respcache/ugly.py": (
            '"""Code from beside."""\n\nfrom pathlib import Path\n\n'
            'exec(Path(__file__).with_name("ug\\nly.py").read_text())\n'
        ),
        "respcache/ug\nly.py": UGLY,
    },
    "a-folder-that-tools-leave-out": {
        "respcache/ugly.py": (
            '"""Code from beside."""\n\nfrom pathlib import Path\n\n'
            'exec((Path(__file__).parent / "venv" / "ugly.py").read_text())\n'
        ),
        "respcache/venv/ugly.py": UGLY,
    },
    "a-text-in-the-code": {"respcache/ugly.py": f'"""Code from a text."""\n\nexec({UGLY!r})\n'},
    "a-doc-string": {
        "respcache/ugly.py": f'r"""\n{UGLY.partition(chr(10))[2]}"""\n\nexec(__doc__)\n'
    },
    "comments": {
        "respcache/ugly.py": (
            "".join(f"#: {line}\n" for line in UGLY.splitlines())
            + "\nwith open(__file__) as stream:\n"
            '    exec("".join(line[3:] for line in stream if line[:3] == "#: "))\n'
        ),
    },
    "among-the-tests": {
        "respcache/ugly.py": None,
        "respcache/__init__.py": base_tree("reference")["respcache/__init__.py"],
        "tests/ugly.py": UGLY,
    },
}


@each(
    [
        Attack(f"lint-{name}", files, may=EITHER, base="ugly", kit="small")
        for name, files in _LINT.items()
    ]
)
def test_a_finding_that_was_hidden_costs_no_less(attack: Attack) -> None:
    repel(attack)


_LINES = BULK.splitlines()[2:]
_PACKED = base64.b85encode(zlib.compress(BULK.encode())).decode()

_SIZE = {
    "semicolons": '"""One line."""\n\n' + "; ".join(_LINES) + "\n",
    "a-list-on-one-line": '"""One line."""\n\nexec("\\n".join(' + repr(_LINES) + "))\n",
    "a-text": f'"""One line."""\n\nexec({BULK!r})\n',
    "a-packed-text": (
        '"""One line."""\n\nimport base64\nimport zlib\n\n'
        f'exec(zlib.decompress(base64.b85decode("{_PACKED}")))\n'
    ),
    "comments": (
        "".join(f"#: {line}\n" for line in BULK.splitlines())
        + '\nwith open(__file__) as stream:\n'
        '    exec("".join(line[3:] for line in stream if line[:3] == "#: "))\n'
    ),
    "continued-lines": '"""One line."""\n\n' + ";\\\n# \\\n".join(_LINES[:1]) + "\n"
    + "(\n    " + ",\n    ".join(f"LINE_{n} := {n}" for n in range(420)) + ",\n)\n",
    "carriage-returns": BULK.replace("\n", "\r"),
    "form-feeds": '"""One line."""\n\n' + ";\f".join(_LINES) + "\n",
    "one-expression": '"""One line."""\n\n('
    + ", ".join(f"LINE_{n} := {n}" for n in range(420)) + ")\n",
    "suites": '"""Two in a line."""\n\n'
    + "".join(f"if True: {a}; {b}\n" for a, b in zip(_LINES[::2], _LINES[1::2], strict=True)),
    "a-file-too-large-to-parse": '"""One line."""\n\n' + "; ".join(_LINES) + "\n#" + 400_000 * ".",
    "escaped-line-ends": '# coding: unicode_escape\n"""One line."""\n\n# '
    + "".join(f"\\n{line}" for line in _LINES) + "\n",
    "encoded-line-ends": '# coding: utf-7\n"""One line."""\n\n# '
    + "".join(f"+AAo-{line}" for line in _LINES).replace("_", "+AF8-").replace("=", "+AD0-") + "\n",
}  # fmt: skip
_READ = (
    '"""Code from beside."""\n\nfrom pathlib import Path\n\n'
    'exec(Path(__file__).with_name("{}").read_text())\n'
)


def _size(name: str, files: dict[str, str | bytes | None]) -> Attack:
    return Attack(f"size-{name}", files, may=EITHER, base="bulk", kit="small")


@each(
    [
        *(_size(name, {"respcache/bulk.py": text}) for name, text in _SIZE.items()),
        _size(
            "one-line-of-data",
            {
                "respcache/bulk.py": _READ.format("bulk.txt"),
                "respcache/bulk.txt": "; ".join(_LINES),
            },
        ),
        _size(
            "data-that-reads-as-comments",
            {
                "respcache/bulk.py": _READ.format("bulk.txt").replace(
                    ".read_text()", '.read_text().replace("#", "")'
                ),
                "respcache/bulk.txt": "".join(f"#{line}\n" for line in _LINES),
            },
        ),
        _size(
            "undecodable-bytes",
            {
                "respcache/bulk.py": _READ.format("bulk.bin").replace(
                    "read_text()", "read_bytes().replace(b'\\xff', b'\\n')"
                ),
                "respcache/bulk.bin": "\n".join(_LINES).encode().replace(b"\n", b"\xff"),
            },
        ),
        _size(
            "a-folder-of-links",
            {
                ".gitattributes": "respcache/** binary -diff -text\n",
                ".git/info/attributes": "* -diff\n",
                "respcache/.gitattributes": "* -diff\n",
                ".gitmodules": '[submodule "x"]\npath = respcache\nurl = .\n',
            },
        ),
    ]
)
def test_code_that_was_hidden_is_no_smaller(attack: Attack) -> None:
    repel(attack)
