"""What an ODCS document says besides shape: quality checks, relationships, servers, roles, layout, price, implementations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.formats.checks import OPERATORS, WARNINGS
from countersign.formats.odcs.references import Names
from countersign.formats.odcs.valid_values import valid_values
from countersign.formats.source import Document, Pointer
from countersign.model.change import Aspect
from countersign.model.contract import Term, canonical

#: What 3.0 called the metrics of 3.1, when a check's `metric` was its `rule`.
_OLD_METRICS = {
    "countCheck": "rowCount",
    "duplicateCount": "duplicateValues",
    "nullCheck": "nullValues",
    "uniqueCheck": "duplicateValues",
}
#: Of a server: what it is called, whom it serves and what it is for. All other keys say where the data is and how it is written there.
_BESIDE_THE_PLACE = frozenset({"customProperties", "description", "environment", "id", "roles", "server"})


def of_contract(document: Document) -> Iterator[Term]:
    data = document.value
    for at, server in enumerate(data.get("servers", ())):
        yield _server(document, at, server)
        for number, role in enumerate(server.get("roles", ())):
            yield _role(document, ("servers", at, "roles", number), role, f" on {server['server']}")
    for at, role in enumerate(data.get("roles", ())):
        yield _role(document, ("roles", at), role, "")
    price = data.get("price")
    if price:
        asked = " ".join(str(price[key]) for key in ("priceAmount", "priceCurrency", "priceUnit") if key in price)
        yield _term(Aspect.PRICE, "price", asked, asked, document, ("price",))
    yield _term(Aspect.IDENTIFIER, "id", data["id"], data["id"], document, ("id",))
    yield from _implementations(document, (), data)


def of_object(document: Document, at: Pointer, data: Mapping[str, Any], names: Names) -> tuple[Term, ...]:
    layout = _layout(data)
    said = [*_of_element(document, at, data, names)]
    if layout:
        said.append(_term(Aspect.PARTITIONING, "partitions", layout, layout, document, (*at, "properties")))
    return tuple(said)


def of_property(document: Document, at: Pointer, data: Mapping[str, Any], names: Names) -> tuple[Term, ...]:
    """But for a check that is the property's enum: what differs in it is said there."""
    checked = valid_values(data)
    return tuple(_of_element(document, at, data, names, enum=checked[0][1] if checked else None))


def _of_element(document: Document, at: Pointer, data: Mapping[str, Any], names: Names, *, enum: str | int | None = None) -> Iterator[Term]:
    for number, check in enumerate(data.get("quality", ())):
        if number == enum:
            continue
        yield _quality(document, (*at, "quality", number), check)
    for number, relationship in enumerate(data.get("relationships", ())):
        yield _relationship(document, (*at, "relationships", number), relationship, names)
    if data.get("deprecated"):
        yield _term(Aspect.DEPRECATION, "deprecated", "deprecated", True, document, (*at, "deprecated"))
    yield from _implementations(document, at, data)


def _term(
    aspect: Aspect, about: str, text: str, value: Any, document: Document, at: Pointer, *, identity: str = "", name: str = ""
) -> Term:
    return Term(
        kind=aspect.value,
        about=about,
        text=text,
        value=canonical(value),
        place=document.place(*at),
        identity=identity,
        name=name,
    )


def _quality(document: Document, at: Pointer, data: Mapping[str, Any]) -> Term:
    kind = data.get("type") or ("library" if "metric" in data or "rule" in data else "text")
    check: dict[str, Any] = {"type": kind, "binding": str(data.get("severity", "")).strip().lower() not in WARNINGS}
    operator = next((name for name in OPERATORS if name in data), "")
    if kind == "library":
        metric = data.get("metric") or _OLD_METRICS.get(data["rule"], data["rule"])
        about, unit = metric, str(data.get("unit", "")).strip().lower()
        arguments = {key: _sorted(value) for key, value in data.get("arguments", {}).items()}
        if metric in ("nullValues", "missingValues"):  # a null is missing, whatever else is
            arguments["missingValues"] = [one for one in arguments.get("missingValues") or () if one is not None]
            metric = "missingValues"
        check |= {"metric": metric, "arguments": arguments, "percent": unit in ("%", "percent")}
    elif kind == "sql":
        about = "sql"
        check |= {"query": " ".join(data["query"].split()), "unit": data.get("unit", "")}
    elif kind == "custom":
        about = data["engine"]
        check |= {"engine": about, "implementation": data["implementation"]}
    else:
        about = "text"
        check["description"] = " ".join(data.get("description", "").split())
    if operator:
        check |= {"operator": operator, "bound": data[operator]}
    return _term(Aspect.QUALITY, about, _said(check, about), check, document, at, identity=data.get("id", ""), name=data.get("name", ""))


def _said(check: Mapping[str, Any], about: str) -> str:
    """``invalidValues(validValues=["a","b"]) mustBeLessThan 5 %``."""
    arguments = ", ".join(f"{name}={canonical(value)}" for name, value in sorted(check.get("arguments", {}).items()) if value)
    words = [f"{about}({arguments})" if arguments else about]
    words += [check["query"]] if "query" in check else []
    words += [canonical(check["implementation"])] if "implementation" in check else []
    words += [check["description"]] if check.get("description") else []
    words += [f"{check['operator']} {canonical(check['bound'])}"] if "operator" in check else []
    words += ["%"] if check.get("percent") else []
    words += [] if check["binding"] else ["(warns only)"]
    return " ".join(words)


def _sorted(value: Any) -> Any:
    return sorted(value, key=canonical) if isinstance(value, list) else value


def _relationship(document: Document, at: Pointer, data: Mapping[str, Any], names: Names) -> Term:
    ends = {key: [data[key]] if isinstance(data[key], str) else data[key] for key in ("from", "to") if key in data}
    text = " → ".join(", ".join(ends[key]) for key in ("from", "to") if key in ends)
    kind = data.get("type", "foreignKey")
    value = [kind, *([names.known(one) for one in ends[key]] for key in sorted(ends))]
    return _term(Aspect.RELATIONSHIP, kind, text, value, document, at, identity=data.get("id", ""))


def _server(document: Document, at: int, data: Mapping[str, Any]) -> Term:
    place = {key: value for key, value in data.items() if key not in _BESIDE_THE_PLACE}
    text = ", ".join(f"{key} {value}" for key, value in sorted(place.items()))
    name = data["server"]
    return _term(Aspect.SERVER, name, text, place, document, ("servers", at), identity=data.get("id", ""), name=name)


def _role(document: Document, at: Pointer, data: Mapping[str, Any], where: str) -> Term:
    asked = {"role": data["role"], "access": data.get("access", ""), "where": where}
    text = f"{data['role']}{where}" + (f": {data['access']}" if data.get("access") else "")
    return _term(Aspect.ROLE, data["role"] + where, text, asked, document, at, identity=data.get("id", ""))


def _layout(data: Mapping[str, Any]) -> str:
    """The partition's properties in their order."""
    found = [item for item in data.get("properties", ()) if item.get("partitioned")]
    found.sort(key=lambda item: (item.get("partitionKeyPosition", -1) < 1, item.get("partitionKeyPosition", -1)))
    return ", ".join(item["name"] for item in found)


def _implementations(document: Document, at: Pointer, data: Mapping[str, Any]) -> Iterator[Term]:
    for number, item in enumerate(data.get("authoritativeDefinitions", ())):
        if item["type"].strip().lower() == "implementation":
            place = (*at, "authoritativeDefinitions", number, "url")
            yield _term(Aspect.IMPLEMENTATION, "implementation", item["url"], item["url"], document, place, identity=item.get("id", ""))
