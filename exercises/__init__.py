"""The catalogue: one folder an exercise. Data, found by this package and never imported."""
