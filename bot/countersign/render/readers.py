"""Readers by name: the team, whom it reads for, and the data product that a manager answers for."""

from __future__ import annotations

from collections.abc import Iterable

from countersign.model.consumer import Registration
from countersign.render.markdown import plain
from countersign.render.words import short_team


def reader_name(entry: Registration) -> str:
    """``bi, for CFO office (Excel)``; ``mia for *Customer 360*``. Of one that not everybody here may see, the team alone. Markdown."""
    who = plain(short_team(entry.team))
    if entry.product:
        return f"{who} for {product_name(entry)}"
    return f"{who}, for {plain(entry.on_behalf_of, 60)}" if entry.on_behalf_of and not entry.private else who


def product_name(entry: Registration) -> str:
    return "a data product" if entry.private else f"*{plain(entry.product, 60)}*"


def products_among(entries: Iterable[Registration]) -> list[str]:
    """The names of the data products among registrations, each once, as Markdown."""
    return list(dict.fromkeys(product_name(entry) for entry in entries if entry.product))
