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


def by_table(relations: Relations, old: Contract, new: Contract, table: TableFormat) -> Relations:
    """The relations, with those of types that the table format promotes, or does not, put right (`formats.promotion`)."""
    found: Found = dict(relations)
    todo: list[tuple[Path, Field, Field]] = [
        ((before.name,), before.root, after.root) for before, after in pair_datasets(old.datasets, new.datasets) if before and after
    ]
    while todo:  # a list and no recursion: a contract may be deep
        path, before, after = todo.pop()
        if before.type_text != after.type_text:
            _column(path, before, after, table, found)
        todo += [
            ((*path, one.name), one, other) for one, other in pair(before.fields, after.fields) if one and other and not one.repeats(other)
        ]
        if before.items is not None and after.items is not None and before.type == after.type:
            todo.append(((*path, VALUE if before.type == "map" else ELEMENT), before.items, after.items))
    return found


def _column(path: Path, old: Field, new: Field, table: TableFormat, found: Found) -> None:
    allowed = promoted(old.type_text, new.type_text, table)
    if allowed is None:
        return
    relation = Relation.EQUAL if allowed else Relation.CHANGED
    if old.type != new.type:
        found[path, Aspect.TYPE, ""] = relation
    for name in _OF_THE_TYPE & (old.constraints.keys() | new.constraints.keys()):
        if old.constraints.get(name) != new.constraints.get(name):
            found[path, Aspect.CONSTRAINT, name] = relation
