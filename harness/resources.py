"""Where things are: packaged data, and the folders that outlive a workspace."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path


def packaged_exercises() -> Path:
    """The catalogue that came with this installation."""
    return _packaged("harness.exercises")


def packaged_templates() -> Path:
    """The report's templates."""
    return _packaged("harness.templates")


def data_folder() -> Path:
    """Where the history is kept; WORKSAMPLE_DATA overrides the platform's choice."""
    if override := os.environ.get("WORKSAMPLE_DATA"):
        return Path(override)
    import platformdirs

    return Path(platformdirs.user_data_dir("worksample", appauthor=False))


def cache_folder() -> Path:
    """Where is kept what can be made again; WORKSAMPLE_CACHE overrides the platform's choice."""
    if override := os.environ.get("WORKSAMPLE_CACHE"):
        return Path(override).absolute()
    import platformdirs

    return Path(platformdirs.user_cache_dir("worksample", appauthor=False))


def _packaged(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"this installation lacks its {name.rpartition('.')[2]}")
    return Path(next(iter(spec.submodule_search_locations)))
