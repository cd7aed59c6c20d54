"""SQL DDL: a schema file, or a folder of migrations that is folded in order into the tables that it makes."""

from __future__ import annotations

import re

from countersign.formats.marked import Unreadable
from countersign.formats.source import Source
from countersign.formats.sql.contract import datasets
from countersign.formats.sql.dialects import dialect_of
from countersign.formats.sql.folding import fold
from countersign.formats.sql.migrations import files_of, folder_of
from countersign.formats.sql.relation import overall, relate
from countersign.model.contract import Contract, Place

__all__ = ["NAME", "may_refer", "overall", "parse", "recognises", "relate"]

NAME = "sql"
_SIGN = re.compile(r"^[ \t]*(?:CREATE|ALTER|DROP|COMMENT[ \t]+ON|RENAME)\b", re.IGNORECASE | re.MULTILINE)


def recognises(file: str, text: str) -> bool:
    """A ``.sql`` file that makes or alters something, and every step of a folder of migrations; a query is no contract."""
    return file.endswith(".sql") and (folder_of(file) is not None or _SIGN.search(text) is not None)


def may_refer(file: str, raw: bytes) -> bool:
    return False


def parse(source: Source, id: str) -> Contract:  # noqa: A002 - the contract's own word
    """One dataset for each table and view. Raises `Unreadable` and `NeedsFiles`."""
    files = files_of(source)
    catalogue = fold(files, dialect_of({file.file: file.text for file in files}))
    found = tuple(datasets(catalogue))
    if not found and not catalogue.gone:
        raise Unreadable(
            source.file, 1, "no table or view is made here", "List the file that makes it, or take this one out of `publishes:`"
        )
    return Contract(
        id=id,
        format=NAME,
        file=source.file,
        place=Place(file=source.file, line=1),
        datasets=found,
        unread=dict(catalogue.unread),
        places=dict(catalogue.places),
        gone=dict(catalogue.gone),
    )
