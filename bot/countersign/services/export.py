"""What the bot knows of a pull request, for judging it again at a desk."""

from __future__ import annotations

from countersign.model.pull_request import Facts
from countersign.services.context import Ports
from countersign.services.gather import gather


class NotKnown(Exception):
    """There is no such pull request in the records."""


def facts(ports: Ports, repository: str, number: int) -> Facts:
    """As of now. Raises `NotKnown`."""
    row, home = ports.records.pull_request(repository, number), ports.records.repository(repository)
    if row is None or home is None:
        raise NotKnown(f"Countersign has heard of no pull request {repository}#{number}.")
    return gather(ports, home, row).facts
