"""The way in: `worksample` and `python -m harness`."""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False  # see scoring.process
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; for `test`, pytest is started before anything else is imported."""
    # Imports make many objects and hardly any garbage: look for it seldom.
    gc.set_threshold(100_000)
    warm = None
    if sys.argv[1:2] == ["test"] and not {"-h", "--help"}.intersection(sys.argv):
        from scoring.own_tests import WarmPytest

        quiet = "--json" in sys.argv or not _arguments_for_pytest(sys.argv[2:])
        warm = WarmPytest(sys.executable, quiet=quiet)
    from harness.cli import run

    run(warm)


def _arguments_for_pytest(arguments: list[str]) -> list[str]:
    return arguments[arguments.index("--") + 1 :] if "--" in arguments else []


if __name__ == "__main__":
    main()
