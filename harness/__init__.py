"""Everything a person touches: the command line, exercises, workspaces, the clock, the report."""

__version__ = "0.1.0"
