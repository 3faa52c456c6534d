"""A function a command: plain arguments in, exit code out."""
