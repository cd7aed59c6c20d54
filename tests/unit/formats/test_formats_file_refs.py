"""``file://address.json``: no path by the letter of the standard, and yet how some repositories name the file beside this one."""

from __future__ import annotations

import pytest

from countersign.formats import NeedsFiles, Source, Unreadable, parse

SCHEMA = '{"properties": {"to": {"$ref": "REF"}}}'


def source(ref: str, **siblings: str | None) -> Source:
    return Source(
        "schemas/refund.schema.json", SCHEMA.replace("REF", ref), {f"schemas/{name}.json": text for name, text in siblings.items()}
    )


def test_a_file_named_without_a_path_is_the_one_beside_this_one() -> None:
    with pytest.raises(NeedsFiles) as needed:
        parse(source("file://address.json#/$defs/a"), "refund")
    assert needed.value.paths == ("schemas/address.json",)
    contract = parse(source("file://address.json#/$defs/a", address='{"$defs": {"a": {"type": "string"}}}'), "refund")
    assert [field.type for _, field in contract.walk()][1:] == ["string"]


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("file:///etc/passwd", "is an address, and nothing is fetched"),
        ("file://../../secret.json", "leads out of the repository"),
        ("https://example.com/address.json", "is an address, and nothing is fetched"),
    ],
)
def test_an_address_anywhere_else_is_not_read(ref: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        parse(source(ref), "refund")
