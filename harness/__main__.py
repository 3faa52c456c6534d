"""`python -m harness`, the same as `worksample`."""

from harness.cli import main

main()
