"""The way in: `worksample` and `python -m harness`."""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False  # see scoring.process
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; what takes long to start is started before anything else is imported.

    That is pytest for `test`, and the servers that run tests for `score`.
    """
    # Imports make many objects and hardly any garbage: look for it seldom.
    gc.set_threshold(100_000)
    warm, servers = None, None
    asks_for_help = {"-h", "--help"}.intersection(sys.argv)
    if sys.argv[1:2] == ["test"] and not asks_for_help:
        from scoring.own_tests import WarmPytest

        quiet = "--json" in sys.argv or not _arguments_for_pytest(sys.argv[2:])
        warm = WarmPytest(sys.executable, quiet=quiet)
    if sys.argv[1:2] == ["score"] and not asks_for_help:
        from scoring.warm import WarmServers

        servers = WarmServers()
    from harness.cli import run

    run(warm, servers)


def _arguments_for_pytest(arguments: list[str]) -> list[str]:
    return arguments[arguments.index("--") + 1 :] if "--" in arguments else []


if __name__ == "__main__":
    main()
