"""Generators of pairs for `benchmarks.soundness`: one module a format."""
