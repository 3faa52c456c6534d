"""Tiny distributions in a folder, and an installer that knows no other place."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

COUNTABLES = """
def countable(word):
    return bool(word)
"""


def make_wheel(
    folder: Path, name: str, version: str, code: str, requires: Sequence[str] = ()
) -> None:
    """A wheel of one module."""
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
    files = {
        f"{name}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


def install_only_from(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Whatever installs, pip or uv, finds the wheels of that folder and nothing else."""
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "UV_INDEX", "UV_DEFAULT_INDEX"):
        patch.delenv(name, raising=False)
    patch.setenv("PIP_CONFIG_FILE", "/dev/null")
    patch.setenv("PIP_NO_INDEX", "1")
    patch.setenv("PIP_FIND_LINKS", str(folder))
    patch.setenv("UV_NO_CONFIG", "1")
    patch.setenv("UV_OFFLINE", "1")
    patch.setenv("UV_NO_CACHE", "1")
    patch.setenv("UV_FIND_LINKS", str(folder))
