"""What an issue may name of another repository: nothing, if people read the issue who may not look there (GATE §4)."""

from __future__ import annotations

from countersign.services.context import Ports


def more_public(ports: Ports, home: str, producer: str) -> bool:
    """Whether ``home`` has readers that the producer's repository need not have. One that we know nothing of is taken for private."""
    there, own = ports.records.repository(home), ports.records.repository(producer)
    return home.lower() != producer.lower() and (own is None or own.private) and not (there is not None and there.private)


def alias(ports: Ports, home: str, producer: str) -> str:
    """What a marker in an issue of ``home`` calls the producer: GitHub's number of it where its name may not be told there."""
    row = ports.records.repository(producer)
    return str(row.id) if row is not None and more_public(ports, home, producer) else producer


def unaliased(ports: Ports, name: str) -> str:
    """The repository that a marker means; "" if there is none of that number."""
    if not name.isdecimal():
        return name
    return next((row.name for row in ports.records.repositories() if row.id == int(name)), "")
