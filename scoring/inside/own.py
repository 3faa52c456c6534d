"""`worksample test`: a candidate's tests as pytest would run them in that folder.

Started by path, with the number of a socket as its argument: from there comes one order, and
there go the outcomes.
"""

from __future__ import annotations

import gc

gc.disable()  # importing pytest makes no garbage worth looking for

import json
import os
import sys

import pytest

# Found by path and forgotten again: the candidate's code is to find none of ours by accident.
sys.path.insert(0, os.path.abspath(f"{__file__}/../../.."))  # noqa: PTH100
from scoring.inside.recorder import Recorder, Texts, lane

del sys.path[0]
for name in [name for name in sys.modules if name.partition(".")[0] == "scoring"]:
    del sys.modules[name]


def main() -> None:
    gc.freeze()
    gc.enable()
    descriptor = int(sys.argv[1])
    with open(descriptor, "rb", closefd=False) as stream:
        words = stream.read()
    if not words:
        return  # dismissed before there was anything to do
    order = json.loads(words)
    root: str = order["root"]
    tell = lane(descriptor, "", b"")
    os.chdir(root)
    sys.path.insert(0, root)
    if order["site"]:
        sys.path.append(order["site"])
    sys.argv = ["pytest", *order["arguments"]]
    quiet = ["-q", "--tb=short", "--continue-on-collection-errors"] if order["quiet"] else []
    recorder = Recorder(tell, Texts(root))
    code = pytest.main([*quiet, *order["arguments"]], plugins=[recorder])
    tell("done", code=int(code))
    sys.stdout.flush()
    sys.stderr.flush()
    if order["quiet"]:
        # Nobody waits for what is left but us.
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
