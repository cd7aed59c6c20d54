"""Countersign: no data contract changes until everyone who depends on it has countersigned."""

__version__ = "0.1.0"
