"""A local GitHub over real Git repositories, for trying Countersign and for its tests.

It is written from GitHub's own description of its API and imports nothing else of this package, so that a wrong idea about
GitHub cannot sit in both the product and its referee.
"""

from countersign.sandbox.server import Sandbox, create_app

__all__ = ["Sandbox", "create_app"]
