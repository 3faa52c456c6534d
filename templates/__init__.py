"""Jinja2 templates of the report: data, found by this package and never imported."""
