"""The entries of ``publishes:`` and ``reads:`` as the model's nouns. The data must fit the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.model.consumer import Asset, Expectation, Registration
from countersign.model.contract import WrittenNotice
from countersign.model.policy import Contested, Publishes
from countersign.model.product import Input, Product
from countersign.policy.document import Page
from countersign.policy.layers import Layers, contract_settings
from countersign.policy.syntax import parse_path, parse_reference

JSON = Any


def publishes(page: Page, data: Mapping[str, JSON], layers: Layers, owners: tuple[str, ...]) -> tuple[Publishes, ...]:
    """What the repository promises. owners: the repository's, for entries that name none."""
    return tuple(
        Publishes(
            pattern=written["contract"],
            place=page.place("publishes", index),
            settings=contract_settings(layers.for_entry(written)),
            id=written.get("id", ""),
            id_from_path=written.get("id_from") == "path",
            owners=tuple(written.get("owners", owners)),
            domain=written.get("domain", data.get("domain", "")),
            notices=tuple(_notices(page, written, index)),
            physical=tuple(written.get("physical", ())),
            packages=tuple(written.get("packages", ())),
            code=tuple(written.get("code", ())),
            payload=written.get("payload", ""),
            meaning=written.get("meaning", {}),
        )
        for index, written in enumerate(data.get("publishes", ()))
    )


def _notices(page: Page, written: Mapping[str, JSON], index: int) -> Iterator[WrittenNotice]:
    for at, said in enumerate(written.get("notices", ())):
        replacement = said.get("replacement", "none")
        yield WrittenNotice(
            path=parse_path(said["field"]),
            place=page.place("publishes", index, "notices", at),
            remove_after=said["remove_after"],
            replacement="" if replacement == "none" else replacement,
            reason=said.get("reason", ""),
        )


def registrations(page: Page, data: Mapping[str, JSON], repository: str) -> tuple[Registration, ...]:
    """What the repository's teams read of others. repository: ``org/repo`` of this file."""
    return tuple(
        Registration(
            reference=parse_reference(written["contract"]),
            team=written["team"],
            place=page.place("reads", index),
            fields=tuple(parse_path(path) for path in written.get("fields", ())),
            expects=tuple(_expectations(written.get("fields", ()))),
            reads_with=written.get("reads_with", ""),
            criticality=written.get("criticality", "medium"),
            assets=tuple(Asset(kind=a["kind"], name=a["name"], url=a.get("url", "")) for a in written.get("assets", ())),
            until=written.get("until", ""),
            on_behalf_of=written.get("on_behalf_of", ""),
            delegates=tuple(written.get("delegates", ())),
            repository=repository,
        )
        for index, written in enumerate(data.get("reads", ()))
    )


def _expectations(written: JSON) -> Iterator[Expectation]:
    """Of a list of paths, and of a path with nothing behind it, nothing is expected: any break is asked about."""
    for path, said in written.items() if isinstance(written, Mapping) else ():
        new_values = said.get("new_values", "ask" if "values" in said else "ignore")
        if said.keys() - {"new_values"} or new_values == "ask":
            yield Expectation(
                field=parse_path(path),
                type=said.get("type", ""),
                unit=said.get("unit", ""),
                nullable=said.get("nullable"),
                values=tuple(said.get("values", ())),
                new_values=new_values,
            )


def products(page: Page, data: Mapping[str, JSON], repository: str) -> tuple[Product, ...]:
    """The repository's data products, with the inputs that the policy itself names. repository: ``org/repo`` of this file."""
    return tuple(
        Product(
            name=written["name"],
            manager=written["manager"],
            place=page.place("products", index),
            inputs=tuple(_input(page, one, index, at) for at, one in enumerate(written.get("inputs", ()))),
            team=written.get("team", ""),
            odps=written.get("odps", ""),
            until=written.get("until", ""),
            repository=repository,
        )
        for index, written in enumerate(data.get("products", ()))
    )


def _input(page: Page, written: JSON, index: int, at: int) -> Input:
    said = {"contract": written} if isinstance(written, str) else written
    place = page.place("products", index, "inputs", at)
    fields = tuple(parse_path(path) for path in said.get("fields", ()))
    return Input(reference=parse_reference(said["contract"]), place=place, fields=fields)


def contested(page: Page, data: Mapping[str, JSON]) -> tuple[Contested, ...]:
    """Registrations that the repository's owners do not take for ones."""
    return tuple(
        Contested(
            contract=parse_reference(written["contract"]),
            team=written["team"],
            reason=written["reason"],
            place=page.place("contested", index),
        )
        for index, written in enumerate(data.get("contested", ()))
    )
