"""What a submission is worth. Knows nothing of git, the terminal, HTML or the harness."""
