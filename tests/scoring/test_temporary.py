"""Folders for a while: gone with the process that made them, wherever it is interrupted."""

from __future__ import annotations

import os
import subprocess
import sys

# Interrupted before the n-th line that runs in the module.
INTERRUPTED = """
import sys
from scoring.temporary import TemporaryFolder

left = int(sys.argv[1])

def on_line(frame, event, arg):
    global left
    left -= event == "line"
    if left < 0:
        raise KeyboardInterrupt
    return on_line

def on_call(frame, event, arg):
    return on_line if frame.f_code.co_filename.endswith("temporary.py") else None

sys.settrace(on_call)
try:
    TemporaryFolder()
    print("made")
except KeyboardInterrupt:
    print("interrupted")
finally:
    sys.settrace(None)
"""


def test_a_folder_goes_with_its_process_wherever_that_is_interrupted(tmp_path):
    told = []
    while told[-1:] != ["made"]:
        command = [sys.executable, "-c", INTERRUPTED, str(len(told))]
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        told.append(ended.stdout.strip())
        assert (ended.stderr, list(tmp_path.iterdir())) == ("", [])
    assert told[:-1] == ["interrupted"] * (len(told) - 1)
    assert len(told) > 10
