"""What must be true of the ledger after all stories, whatever they told: it is chained, and knows people by their logins alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from countersign.adapters.database import Database, open_database
from countersign.services.ledger import entries, verify

#: (A server's address in its URL, where trouble with it is told, is nobody's. A product's path has a person: ``orders.@otto.Customer``.)
_ADDRESS = re.compile(r"[\w+-]+@[\w-]+\.[a-z]{2,}|(?<!://)\b\d{1,3}(\.\d{1,3}){3}\b", re.IGNORECASE)
#: Keys of what GitHub, Git or HTTP say of a person besides the login.
_OF_A_PERSON = re.compile(r"(^|_)(e?mail|full_?name|first_?name|last_?name|phone|ip|remote_addr|user_agent|avatar(_url)?|location)$")


def check_whole_ledger(directory: Path) -> None:
    """directory: of the SQLite file."""
    engine = open_database(f"sqlite:///{directory / 'countersign.sqlite'}")
    try:
        database = Database(engine)
        found = verify(database)
        assert found.fault is None, found
        personal = [(entry.kind, one) for entry in entries(database) for one in personal_in(entry.what)]
        assert personal == []
    finally:
        engine.dispose()


def personal_in(what: Any) -> Iterator[str]:
    """Mail and network addresses, and keys under which somebody's name or whereabouts would stand."""
    if isinstance(what, Mapping):
        for key, value in what.items():
            if _OF_A_PERSON.search(key):
                yield key
            yield from personal_in(value)
    elif isinstance(what, list):
        for value in what:
            yield from personal_in(value)
    elif isinstance(what, str):
        yield from (found.group() for found in _ADDRESS.finditer(what))
