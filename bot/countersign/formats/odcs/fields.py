"""``schema``: objects and their properties -> datasets and their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.formats.constraints import KEY
from countersign.formats.enums import enum_text
from countersign.formats.marked import Unreadable
from countersign.formats.odcs.custom import custom, custom_unread, index_of
from countersign.formats.odcs.keys import OBJECT, PROPERTY
from countersign.formats.odcs.references import Names
from countersign.formats.odcs.terms import of_object, of_property
from countersign.formats.odcs.valid_values import valid_values
from countersign.formats.source import Document, Pointer
from countersign.model.contract import Dataset, Enum, EnumValue, Field, Place, canonical
from countersign.model.path import ELEMENT, VALUE

#: Our customProperties of a property that say what its values mean.
_MEANINGS = ("unit", "currency", "nullMeaning")
_READ_HERE = frozenset({*_MEANINGS, "enumOpen"})
#: A map's key has no path of its own on which these could be said.
_UNREAD_OF_KEYS = frozenset({"classification", "customProperties", "items", "map", "properties", "quality", "relationships"})
#: The options that say what a time means; all others limit it.
_TIMEZONE = frozenset({"timezone", "defaultTimezone"})


def datasets(document: Document) -> Iterator[Dataset]:
    objects = document.value.get("schema", ())
    _unique(document, ("schema",), objects)
    names = Names(document.value)
    for at, data in enumerate(objects):
        yield _dataset(document, ("schema", at), data, names)


def _dataset(document: Document, at: Pointer, data: Mapping[str, Any], names: Names) -> Dataset:
    fields = _properties(document, at, data, names)
    meaning, places = _said(
        document,
        at,
        {
            "grain": ("dataGranularityDescription", data.get("dataGranularityDescription")),
            "description": ("description", data.get("description")),
            "transform": ("authoritativeDefinitions", _transform(data)),
        },
    )
    constraints = _named(document, at, data, places)
    return Dataset(
        name=data["name"],
        identity=data.get("id", ""),
        place=document.place(*at, "name"),
        key=tuple(_key(data)),
        meaning=meaning,
        unread={**OBJECT.unread_of(data), **custom_unread(data, ())},
        terms=of_object(document, at, data, names),
        places=places,
        root=Field(
            name=data["name"],
            place=document.place(*at, "name"),
            type="object",
            type_text=data.get("physicalType", "object"),
            required=True,
            fields=fields,
            constraints=constraints,
            places=places,
        ),
    )


def _properties(document: Document, at: Pointer, data: Mapping[str, Any], names: Names) -> tuple[Field, ...]:
    properties = data.get("properties", ())
    _unique(document, (*at, "properties"), properties)
    for index, item in enumerate(properties):
        document.check_name(item["name"], *at, "properties", index, "name")
    return tuple(_field(document, (*at, "properties", index), item, item["name"], names) for index, item in enumerate(properties))


def _field(document: Document, at: Pointer, data: Mapping[str, Any], name: str, names: Names) -> Field:
    options = data.get("logicalTypeOptions", {})
    mine = custom(data)
    meaning, places = _said(
        document,
        at,
        {
            **{key: (("customProperties", index_of(data, key)), mine.get(key)) for key in _MEANINGS},
            "classification": ("classification", data.get("classification")),
            "description": ("description", data.get("description")),
            "timezone": ("logicalTypeOptions", _timezone(options)),
            "transform": ("transformLogic" if "transformLogic" in data else "authoritativeDefinitions", _transform(data)),
        },
    )
    constraints = _named(document, at, data, places)
    for key, value in options.items():
        if key not in _TIMEZONE:
            constraints[key] = canonical(value)
            places[key] = document.place(*at, "logicalTypeOptions", key)
    constraints |= {key: canonical(data[key]) for key in ("unique", "semanticType", "encryptedName") if data.get(key)}
    unread = {**PROPERTY.unread_of(data), **custom_unread(data, _READ_HERE)}
    type_ = data.get("logicalType", "any")
    items = None
    if "items" in data:
        items = _field(document, (*at, "items"), data["items"], ELEMENT, names)
    if "map" in data:
        items = _field(document, (*at, "map", "value"), data["map"]["value"], VALUE, names)
        constraints |= _of_key(document, (*at, "map", "key"), data["map"]["key"], places)
        unread |= {f"map.key.{key}": canonical(data["map"]["key"][key]) for key in _UNREAD_OF_KEYS & data["map"]["key"].keys()}
    for key, place in (("logicalType", "type"), ("required", "nullable")):
        if key in data:
            places[place] = document.place(*at, key)
    places.update({key: document.place(*at, key) for key in ("unique", "semanticType", "encryptedName") if key in data})
    return Field(
        name=name,
        identity=data.get("id", ""),
        place=document.place(*at, "name"),
        type=type_,
        type_text=data.get("physicalType", type_),
        required=True,  # a column is always there; what ODCS calls required is that it is never null
        nullable=not data.get("required", False),
        enum=_enum(document, at, data, mine, places),
        fields=_properties(document, at, data, names),
        items=items,
        constraints=constraints,
        meaning=meaning,
        unread=unread,
        terms=of_property(document, at, data, names),
        places=places,
    )


def _of_key(document: Document, at: Pointer, data: Mapping[str, Any], places: dict[str, Place]) -> dict[str, str]:
    """What limits the keys of a map: ``key.maxLength`` and the like. They have no name and no meaning of their own."""
    said = {key: data[key] for key in ("logicalType", "physicalType") if key in data}
    said |= {key: value for key, value in data.get("logicalTypeOptions", {}).items() if key not in _TIMEZONE}
    said |= {"enum": sorted((item["value"] for item in data["enum"]), key=canonical)} if "enum" in data else {}
    places.update({KEY + key: document.place(*at) for key in said})
    return {KEY + key: canonical(value) for key, value in said.items()}


def _enum(document: Document, at: Pointer, data: Mapping[str, Any], mine: Mapping[str, str], places: dict[str, Place]) -> Enum | None:
    open_ = mine.get("enumOpen", "false")
    if open_ not in ("true", "false"):
        line = document.line(*at, "customProperties", index_of(data, "enumOpen"))
        raise Unreadable(document.file, line, f"`enumOpen` is `{open_}`", "Write true or false")
    checked = valid_values(data)
    if "enum" not in data and checked is None:
        return None
    if "enumOpen" in mine:
        places["enumOpen"] = document.place(*at, "customProperties", index_of(data, "enumOpen"))
    typed = data.get("logicalType") == "string"
    if checked is not None:
        where, listed = checked
        named = {enum_text(value, only_strings=typed): document.place(*at, *where, index) for index, value in enumerate(listed)}
        allowed = tuple(EnumValue(value=value, place=place) for value, place in named.items())
        return Enum(values=allowed, place=document.place(*at, *where), open=open_ == "true")
    values: dict[str, EnumValue] = {}
    for index, item in enumerate(data["enum"]):
        value = enum_text(item["value"], only_strings=typed)
        if value in values:
            line = document.line(*at, "enum", index)
            raise Unreadable(document.file, line, f"the enum gives `{value}` twice", "Take one of the two out")
        place = document.place(*at, "enum", index)
        values[value] = EnumValue(value=value, place=place, meaning=item.get("description", ""))
    return Enum(values=tuple(values.values()), place=document.place(*at, "enum"), open=open_ == "true")


def _named(document: Document, at: Pointer, data: Mapping[str, Any], places: dict[str, Place]) -> dict[str, str]:
    """What the thing is called and made of where it is stored. A physical name that is the name itself says nothing."""
    said = {key: data[key] for key in ("physicalName", "physicalType") if key in data and data[key] != data.get("name")}
    places.update({key: document.place(*at, key) for key in said})
    return {key: canonical(value) for key, value in said.items()}


def _said(document: Document, at: Pointer, said: Mapping[str, tuple[str | Pointer, str | None]]) -> tuple[dict[str, str], dict[str, Place]]:
    """meaning -> text and meaning -> place, of those that are said at all. said: meaning -> (where below ``at``, text)."""
    meaning = {name: text for name, (_, text) in said.items() if text}
    where = {name: (key,) if isinstance(key, str) else key for name, (key, _) in said.items()}
    return meaning, {name: document.place(*at, *where[name]) for name in meaning}


def _timezone(options: Mapping[str, Any]) -> str:
    """``Europe/Berlin``; ``…, without offset`` where the values do not carry theirs. ODCS takes ``timezone`` to be true."""
    zone = str(options.get("defaultTimezone", ""))
    return ", ".join(part for part in (zone, "without offset" if options.get("timezone") is False else "") if part)


def _transform(data: Mapping[str, Any]) -> str:
    """How the values are computed: the logic as written, its sources, and the code that is named."""
    code = sorted(
        item["url"] for item in data.get("authoritativeDefinitions", ()) if item["type"].lower() == "transformationimplementation"
    )
    sources = sorted(data.get("transformSourceObjects", ()))
    parts = [data.get("transformLogic", ""), f"from {', '.join(sources)}" if sources else "", *code]
    return "; ".join(part for part in parts if part)


def _key(data: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Names of the primary key's properties in the order of their positions; one without a position comes last."""
    found: list[tuple[float, int, str]] = []

    def collect(owner: Mapping[str, Any], prefix: str) -> None:
        for item in owner.get("properties", ()):
            if item.get("primaryKey"):
                position = item.get("primaryKeyPosition", -1)
                found.append((position if position > 0 else float("inf"), len(found), prefix + item["name"]))
            collect(item, f"{prefix}{item['name']}.")

    collect(data, prefix)
    return [name for *_, name in sorted(found)]


def _unique(document: Document, at: Pointer, items: Any) -> None:
    """Raises `Unreadable` if two things in one list share a name or an id."""
    for key in ("name", "id"):
        seen: dict[str, int] = {}
        for index, item in enumerate(items):
            value = item.get(key)
            if value in seen:
                line = document.line(*at, index, key)
                raise Unreadable(
                    document.file, line, f"the {key} `{value}` is given twice, here and on line {seen[value]}", "Rename one of the two"
                )
            if value is not None:
                seen[value] = document.line(*at, index, key)
