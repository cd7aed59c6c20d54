"""The producer's repository of the command line's tests."""

from tests.unit.cli.conftest import orders

__all__ = ["orders"]
