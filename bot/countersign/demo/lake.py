"""The table after the guard: Iceberg's, in a directory."""

from __future__ import annotations

import json
from pathlib import Path

TABLE = "shop.payments"


def catalog(directory: Path) -> dict[str, str]:
    """Variables by which pyiceberg, here and in Countersign, finds the catalog ``lake``."""
    directory.mkdir(parents=True, exist_ok=True)
    return {
        "PYICEBERG_CATALOG__LAKE__TYPE": "sql",
        "PYICEBERG_CATALOG__LAKE__URI": f"sqlite:///{directory}/catalog.db",
        "PYICEBERG_CATALOG__LAKE__WAREHOUSE": f"file://{directory}/warehouse",
    }


class Lake:
    """The table of good payments. contract: the only one for which Countersign may move it."""

    def __init__(self, directory: Path, contract: str) -> None:
        import pyarrow as pa
        from pyiceberg.catalog.sql import SqlCatalog

        known = SqlCatalog("lake", uri=f"sqlite:///{directory}/catalog.db", warehouse=f"file://{directory}/warehouse")
        known.create_namespace("shop")
        columns = [("payment_id", pa.string()), ("amount", pa.float64()), ("currency", pa.string()), ("status", pa.string())]
        schema = pa.schema([*columns, ("paid_at", pa.timestamp("us", tz="UTC"))])
        self._table = known.create_table(TABLE, schema, properties={"countersign.contract": contract})

    def ids(self) -> list[str]:
        """Of the payments that are in the table now, in order; one that is there twice is named twice."""
        self._table.refresh()
        if self._table.current_snapshot() is None:
            return []
        return sorted(self._table.scan(selected_fields=("payment_id",)).to_arrow()["payment_id"].to_pylist())

    def last_good(self) -> int:
        """The snapshot that the tag names."""
        self._table.refresh()
        return int(self._table.metadata.refs["last_known_good"].snapshot_id)

    def stood(self) -> list[int]:
        """The snapshots at which the table stood, one after the other; one that it went back to is there twice."""
        self._table.refresh()
        return [entry.snapshot_id for entry in self._table.history()]

    def offsets(self) -> dict[str, int]:
        """Source -> the offset that comes next, by the newest snapshot's summary that says so."""
        self._table.refresh()
        said = [one.summary.additional_properties.get("countersign.offsets") for one in self._table.snapshots() if one.summary]
        return dict(json.loads(next(text for text in reversed(said) if text)))
