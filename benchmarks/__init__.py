"""Measurements beside peers, in one run: ``python -m benchmarks``. docs/benchmarks.md says what is measured, and how it came out."""
