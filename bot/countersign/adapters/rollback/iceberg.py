"""Iceberg tables: the current snapshot is set to another one of the table's own, under the catalog's optimistic commit.

Where a catalog is and how it is entered is the operator's: pyiceberg's own configuration (``.pyiceberg.yaml`` or ``PYICEBERG_CATALOG__…``
variables), by the catalog's name. A table belongs to a contract if its property `CONTRACT` says so, whatever a policy says.
"""

from __future__ import annotations

from typing import Any

from countersign.ports import RollbackTrouble, Standing

#: Of a table: the contract that it holds the data of, ``org/repo#id``.
CONTRACT = "countersign.contract"
#: The tag that the table's writer moves along while all is good.
LAST_GOOD = "last_known_good"
_DRILL = "countersign_drill"


class IcebergTables:
    """Fulfils `ports.Tables`."""

    def table(self, catalog: str, name: str, contract: str) -> IcebergTable:
        shown = f"the table {name} of the catalog {catalog}"
        try:
            from pyiceberg.catalog import load_catalog
        except ImportError:
            raise RollbackTrouble(f"{shown} cannot be reached: pyiceberg is not installed beside Countersign") from None
        try:
            found = load_catalog(catalog).load_table(name)
        except Exception as error:  # catalogs raise whatever their client does, with addresses and credentials in it
            raise RollbackTrouble(
                f"{shown} cannot be reached ({type(error).__name__}): check pyiceberg's configuration of that catalog"
            ) from None
        said = found.metadata.properties.get(CONTRACT, "")
        if said.lower() != contract.lower():
            theirs = f"it names {said}" if said else "it names none"
            raise RollbackTrouble(f"{shown} does not belong to {contract}: by its property {CONTRACT} {theirs}")
        return IcebergTable(found, shown)


class IcebergTable:
    """Fulfils `ports.Table`. table: pyiceberg's. shown: what messages call it."""

    def __init__(self, table: Any, shown: str) -> None:
        self._table = table
        self._shown = shown

    def look(self) -> Standing:
        self._refresh()
        refs = self._table.metadata.refs
        head, good = self._table.metadata.current_snapshot_id, refs.get(LAST_GOOD)
        return Standing(
            identity=str(self._table.metadata.table_uuid),
            head="" if head is None else str(head),
            target="" if good is None else str(good.snapshot_id),
        )

    def move(self, *, expected: str, to: str) -> bool:
        from pyiceberg.exceptions import CommitFailedException

        if self.look().head != expected:
            return False
        self._known(to)
        try:
            # The commit asserts that the table is still at the snapshot that was looked at.
            self._table.manage_snapshots().set_current_snapshot(snapshot_id=int(to)).commit()
        except CommitFailedException:
            return False
        except Exception as error:  # as above; nobody knows whether the catalog took it
            raise RollbackTrouble(
                f"{self._shown} may or may not have been moved: its catalog gave no answer ({type(error).__name__})"
            ) from None
        return True

    def drill(self, standing: Standing) -> None:
        """On a branch of the table's own that nobody reads: the same commits to the same catalog, with the same rights."""
        self._known(standing.target)
        try:
            for snapshot in (standing.head, standing.target, standing.head):
                self._table.manage_snapshots().create_branch(int(snapshot), _DRILL).commit()
                self._table.refresh()
                if self._table.metadata.refs[_DRILL].snapshot_id != int(snapshot):
                    raise RollbackTrouble(f"{self._shown} did not go where it was sent")
            self._table.manage_snapshots().remove_branch(_DRILL).commit()
        except RollbackTrouble:
            raise
        except Exception as error:  # as above
            raise RollbackTrouble(f"{self._shown} could not be drilled ({type(error).__name__}): may Countersign commit to it?") from None

    def _known(self, snapshot: str) -> None:
        if self._table.metadata.snapshot_by_id(int(snapshot)) is None:
            raise RollbackTrouble(f"{self._shown} no longer has the snapshot {snapshot}: it has expired")

    def _refresh(self) -> None:
        try:
            self._table.refresh()
        except Exception as error:  # as above
            raise RollbackTrouble(f"{self._shown} cannot be reached ({type(error).__name__})") from None
