"""Alembic finds its scripts here; `engine.upgrade` runs them."""
