"""Columns whose contract names a type of a store (ODCS's ``physicalType``, SQL), where the policy says whose table they are kept in."""

from __future__ import annotations

from countersign.formats.match import pair, pair_datasets
from countersign.formats.promotion import promoted
from countersign.formats.relation import Found
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Field
from countersign.model.path import ELEMENT, VALUE, Path
from countersign.model.profile import TableFormat

#: Formats that write types as a store does. That of Parquet and its like knows its tables itself.
OF_STORES = frozenset({"dbt", "odcs", "sql"})
#: Constraints that say again what the type says.
_OF_THE_TYPE = frozenset({"format", "fractionalDigits", "physicalType", "precision", "scale"})

_ICEBERG = frozenset({TableFormat.ICEBERG_V2, TableFormat.ICEBERG_V3})


def by_table(relations: Relations, old: Contract, new: Contract, table: TableFormat) -> Relations:
    """The relations, with those put right that the table format says otherwise: of types (`formats.promotion`), and of columns that demand
    a value which old files, read with the new columns, do not have."""
    found: Found = dict(relations)
    todo: list[tuple[Path, Path, Field, Field]] = [
        ((before.name,), (after.name,), before.root, after.root)
        for before, after in pair_datasets(old.datasets, new.datasets)
        if before and after
    ]
    while todo:  # a list and no recursion: a contract may be deep
        path, new_path, before, after = todo.pop()
        if table in _ICEBERG and before.nullable and not after.nullable:  # Delta looks through the rows before it takes the demand
            found[path, Aspect.NULLABLE, ""] = Relation.CHANGED
        if before.type_text != after.type_text:
            _column(path, before, after, table, found)
        for one, other in pair(before.fields, after.fields):
            if one and other and not one.repeats(other):
                todo.append(((*path, one.name), (*new_path, other.name), one, other))
            elif other and not one and not other.nullable and other.default is None:
                found[(*new_path, other.name), Aspect.FIELD, ""] = Relation.CHANGED
        if before.items is not None and after.items is not None and before.type == after.type:
            step = VALUE if before.type == "map" else ELEMENT
            todo.append(((*path, step), (*new_path, step), before.items, after.items))
    return found


def _column(path: Path, old: Field, new: Field, table: TableFormat, found: Found) -> None:
    allowed = promoted(old.type_text, new.type_text, table)
    if allowed is None:
        return
    allowed = allowed and not (table in _ICEBERG and _gains_a_time(old, new))
    relation = Relation.EQUAL if allowed else Relation.CHANGED
    if old.type != new.type:
        found[path, Aspect.TYPE, ""] = relation
    for name in _OF_THE_TYPE & (old.constraints.keys() | new.constraints.keys()):
        if old.constraints.get(name) != new.constraints.get(name):
            found[path, Aspect.CONSTRAINT, name] = relation


def _gains_a_time(old: Field, new: Field) -> bool:
    """Iceberg takes a date for a timestamp without zone alone. A bare ``TIMESTAMP`` is one in some engines, and a point in time in Spark,
    Databricks and BigQuery; Oracle's ``DATE`` has a time already."""
    kinds = [" ".join(field.type_text.lower().split()) for field in (old, new)]
    said = "without offset" in new.meaning.get("timezone", "")  # ODCS
    return kinds[0] == "date" and (old.type != "date" or (kinds[1] == "timestamp" and not said))
