"""A contract's dataset -> the plan by which records are held to it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from countersign.guard.detours import without_detour
from countersign.guard.kinds import TYPES as KINDS
from countersign.guard.patterns import NotLinear, linear
from countersign.guard.plan import Check, Group, Plan, Unheld
from countersign.guard.shapes import moment
from countersign.guard.words import BOUNDS, ISO_FORMATS, SHAPES, SILENT, TYPES, UNHELD_TYPES, WIDTHS
from countersign.model.change import Aspect
from countersign.model.contract import Contract, Dataset, Field, Term, canonical
from countersign.model.path import Path

#: The step of a check to one below that asks about the same value.
_SAME_VALUE = "same value"
#: Keywords whose schemas are of other values: of elements, members, names.
_BELOW = frozenset({"additionalProperties", "contains", "items", "patternProperties", "prefixItems", "propertyNames"})
#: Formats whose types are a database's: there are more of them than anybody holds values to.
_OF_DATABASES = frozenset({"dbt", "sql"})
#: Formats whose fields are columns.
_OF_TABLES = frozenset({"odcs", "parquet", *_OF_DATABASES})
#: Keyword -> the rule of a group, where the two differ.
_RULES = {"$ref": "allOf", "items": "prefixItems"}


class NoSuchDataset(LookupError):
    """The contract has no dataset of that name, or several and none was named."""


def compile_plan(contract: Contract, dataset: str = "") -> Plan:
    """The plan of one dataset; of the only one where no name is given. Raises `NoSuchDataset`."""
    named = [one for one in contract.datasets if dataset in ("", one.name)]
    if not contract.datasets:
        raise NoSuchDataset(f"{contract.id} describes no dataset, so there is nothing to hold data to")
    if len(named) != 1:
        known = ", ".join(one.name for one in contract.datasets)
        raise NoSuchDataset(f"{contract.id} has the datasets {known}: name one of them")
    return _Compiler(contract, named[0]).plan()


class _Compiler:
    def __init__(self, contract: Contract, dataset: Dataset) -> None:
        self._contract = contract
        self._dataset = dataset
        self._unheld: list[Unheld] = []
        self._unique: list[tuple[Path, ...]] = []

    def plan(self) -> Plan:
        root = self._check(self._dataset.root, (self._dataset.name,), ())
        self._checks(self._dataset.terms, (self._dataset.name,))
        key = tuple((self._dataset.name, *name.split(".")) for name in self._dataset.key)
        return Plan(
            contract=self._contract.id,
            version=self._contract.version,
            dataset=self._dataset.name,
            root=root,
            key=key,
            unique=(*([key] if key else []), *self._unique),
            unheld=tuple(self._unheld),
        )

    def _check(self, field: Field, path: Path, above: tuple[str, ...]) -> Check:
        """above: the steps that lead here from the root, a mark where a step stays at the same value."""
        if field.type == "ref":
            return self._recursive(field, path, above)
        limits, type_ = self._limits(field, path)
        self._checks(field.terms, path)
        items = self._items(field, path, above)
        members = {child.name: self._check(child, (*path, child.name), (*above, child.name)) for child in field.fields}
        for name in json.loads(field.constraints.get("required", "[]")):  # ODCS's option of an object
            if name in members:
                members[name] = replace(members[name], required=True)
        check = Check(
            path=path,
            type=type_,
            # A column may be missing from a message where it may be null: tables know no difference between the two.
            required=field.required and not (self._contract.format in _OF_TABLES and field.nullable),
            nullable=field.nullable or type_ in ("any", "null"),
            values=_values(field),
            limits=limits,
            members=members,
            closed=not field.open,
            items=items,
            branches=tuple(self._check(one, (*path, f"<{one.name}>"), (*above, _SAME_VALUE)) for one in field.branches),
            groups=self._groups(field, path, above),
        )
        return without_detour(check)

    def _recursive(self, field: Field, path: Path, above: tuple[str, ...]) -> Check:
        up = json.loads(field.constraints["levelsUp"])
        if all(step == _SAME_VALUE for step in above[len(above) - up :]):
            self._leave(path, "$ref", "it says only that it is itself")
            return Check(path=path, type="any", required=field.required, nullable=True)
        return Check(path=path, type="ref", required=field.required, nullable=field.nullable, up=up)

    def _items(self, field: Field, path: Path, above: tuple[str, ...]) -> Check | None:
        if field.type == "vector":
            return Check(path=(*path, "[]"), type="number")
        return self._check(field.items, (*path, field.items.name), (*above, field.items.name)) if field.items else None

    def _groups(self, field: Field, path: Path, above: tuple[str, ...]) -> tuple[Group, ...]:
        """What JSON Schema says by schemas beside one another. A keyword is held wholly or not at all."""
        found = []
        for keyword, parts in field.nested.items():
            if keyword == "contains" and "minContains" in field.unread:
                self._leave(path, keyword, "the guard does not count what an array contains")
                continue
            patterns = tuple(part.name for part in parts) if keyword == "patternProperties" else ()
            unfit = [pattern for pattern in patterns if not _runs(pattern)]
            if unfit:
                self._leave(path, keyword, f"the pattern `{unfit[0]}` cannot be held in linear time")
                continue
            steps = (*above, keyword if keyword in _BELOW else _SAME_VALUE)
            checks = tuple(self._check(part, (*path, f"<{keyword}>"), steps) for part in parts)
            found.append(Group(rule=_RULES.get(keyword, keyword), checks=checks, patterns=patterns))
        return tuple(found)

    def _limits(self, field: Field, path: Path) -> tuple[dict[str, Any], str]:
        limits: dict[str, Any] = {}
        type_ = TYPES.get(field.type, field.type)
        if field.enum is not None and field.enum.declared and field.enum.open:
            type_ = "any"  # Protobuf: a value without a name comes as its number
        unknown = self._contract.format in _OF_DATABASES and type_ not in KINDS
        if field.type == "json" and self._contract.format in _OF_DATABASES:
            type_ = "any"  # a column of JSON holds whatever JSON holds
        elif unknown or field.type in UNHELD_TYPES or "." in field.type:  # with a dot it is a message of somebody else's
            type_ = "any"
            self._leave(path, "type", f"the guard does not look into values of the type `{field.type}`")
        if field.type in WIDTHS:
            limits["minimum"], limits["maximum"] = WIDTHS[field.type]
        said = {**field.unread, **field.constraints}
        for name, text in sorted(said.items()):
            value = json.loads(text)
            if name in SILENT or name in field.nested or name in field.idle or (name in ("then", "else") and "if" in field.nested):
                continue
            if name == "pattern":
                self._pattern(value, limits, path)
            elif name in BOUNDS and (not isinstance(value, str) or moment(value) is not None):
                limits[name] = value
            elif name == "unique" and value is True:
                self._unique.append((path,))
            elif name == "precision" and name in field.constraints:
                limits["precision"] = (value, json.loads(said.get("scale", "0")))
            elif name in ("size", "dimensions") and name in field.constraints:
                lowest, highest = ("minLength", "maxLength") if name == "size" else ("minItems", "maxItems")
                limits |= {lowest: value, highest: value}
            elif name == "format" and value in WIDTHS:
                low, high = WIDTHS[value]
                limits["minimum"] = max(low, limits.get("minimum", low))
                limits["maximum"] = min(high, limits.get("maximum", high))
            elif name == "format" and value in SHAPES and type_ in ("string", "any", "union"):
                type_ = self._shape(value, type_, path)
            elif name == "format" and type_ in ("date", "timestamp", "time"):
                type_ = self._written(value, type_, path)
            elif name != "unique":
                self._leave(path, name, f"the guard does not know `{name}: {canonical(value)}`")
        return limits, type_

    def _checks(self, terms: tuple[Term, ...], path: Path) -> None:
        """Checks of the data as a whole, and of tables against one another, are beyond a record."""
        for term in terms:
            if term.kind in (Aspect.QUALITY, Aspect.RELATIONSHIP):
                self._leave(path, term.kind, f"the guard does not hold data to `{term.text}`")

    def _shape(self, format_: str, type_: str, path: Path) -> str:
        if type_ == "string":
            return SHAPES[format_]
        self._leave(path, "format", f"`{format_}` is only held where the type is a text alone")
        return type_

    def _written(self, format_: str, type_: str, path: Path) -> str:
        """ODCS may say in Java's letters how dates are written; one that is not ISO's way is left to the reader."""
        if format_.replace("'", "") in ISO_FORMATS[type_]:
            return type_
        self._leave(path, "format", f"dates and times are read as ISO 8601 writes them, and this is `{format_}`")
        return "any"

    def _pattern(self, pattern: str, limits: dict[str, Any], path: Path) -> None:
        try:
            linear(pattern)
            limits["pattern"] = pattern
        except NotLinear as error:
            self._leave(path, "pattern", str(error))

    def _leave(self, path: Path, keyword: str, why: str) -> None:
        self._unheld.append(Unheld(path=path, keyword=keyword, why=why))


def _values(field: Field) -> tuple[Any, ...] | None:
    """Of an open enum readers expect more values than it lists, so it limits nothing."""
    if field.enum is None or field.enum.open:
        return None
    only_texts = field.type in ("string", "enum", "uuid", "date", "time", "timestamp")
    return tuple(one.value if only_texts else _value(one.value) for one in field.enum.values)


def _value(text: str) -> Any:
    """A text that looks like no JSON stands for itself (`formats.enums.enum_text`)."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _runs(pattern: str) -> bool:
    try:
        linear(pattern)
    except NotLinear:
        return False
    return True
