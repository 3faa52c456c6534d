"""One module a component of the score; none knows of another."""
