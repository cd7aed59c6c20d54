"""docs/policy.md: the keys, as the schema states them. ``python -m countersign.policy.reference docs/policy.md`` writes them in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

from countersign.policy.schema import Node, resolve, root

BEGIN, END = "<!-- keys: written by countersign.policy.reference -->", "<!-- end of keys -->"

_SECTIONS = (
    ("The repository", ("version", "domain", "owners", "on_call", "branches")),
    ("The gate", ("mode", "protects", "open_objects", "protobuf", "table_format", "notice", "rules", "review", "break_glass", "runtime")),
    ("What it promises", ("publishes",)),
    ("What it reads", ("reads", "products")),
    ("What it contests", ("contested",)),
    ("The organisation only", ("require", "default", "leaders", "escalation", "channels", "ledger", "leadership", "targets")),
)
_HEAD = "| key | value | default | stricter is | what it does |\n|---|---|---|---|---|\n"
_FORMATS = {
    "date": "a day, YYYY-MM-DD",
    "file-pattern": "a pattern",
    "field-path": "a field's path",
    "contract-reference": "a reference to a contract",
    "repository-file": "a file's path",
}
_TYPES = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "a text", "object": "a mapping"}


def keys() -> str:
    """The tables of all keys, in Markdown."""
    seen: set[str] = set()
    text = ""
    for title, names in _SECTIONS:
        node = {"properties": {name: root()["properties"][name] for name in names}}
        text += f"### {title}\n\n{_HEAD}" + "".join(_rows(node, "", seen)) + "\n"
    return text


def written_into(text: str) -> str:
    """``text`` with everything between the two marks replaced."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{keys()}{END}{after}"


def _rows(node: Node, prefix: str, seen: set[str]) -> Iterator[str]:
    for key, raw in node["properties"].items():
        child, name, reference = resolve(raw), prefix + key, raw.get("$ref", "")
        kind = child["type"]
        if reference in seen and kind == "object":
            yield _row(name, child, f"a mapping, as `{key}`")
        elif key == "default":
            yield _row(name, child, "a mapping, as `require`")
        elif kind == "object" and "properties" in child:
            seen |= {reference} - {""}
            yield _row(name, child, "a mapping")
            yield from _rows(child, name + ".", seen)
        elif reference in seen:
            yield _row(name, child, f"as `{key}`")
        elif kind == "array" and "properties" in (item := resolve(child["items"])):
            yield _row(name, child, "a list of entries")
            yield from _rows(item, name + "[].", seen)
        elif isinstance(child.get("additionalProperties"), dict):
            seen |= {reference} - {""}
            yield _row(name, child, "a list of paths, or a mapping" if "array" in kind else "a mapping")
            yield from _rows({"properties": {"<name>": child["additionalProperties"]}}, name + ".", seen)
        else:
            if reference and "x-order" in resolve({"$ref": reference}):
                seen.add(reference)
            yield _row(name, child, _value(child))


def _row(name: str, node: Node, value: str) -> str:
    about = node["description"] + (" *Checked, without effect in this version.*" if node.get("x-inert") else "")
    example = next((f" Example: `{_text(example)}`." for example in node.get("examples", ())), "")
    default = f"`{_text(node['default'])}`" if "default" in node else ""
    cells = (f"`{name}`", value, default, _order(node), about + example)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _value(node: Node) -> str:
    if "enum" in node:
        return ", ".join(f"`{word}`" for word in node["enum"])
    if node["type"] == "array":
        return f"a list: {_value(resolve(node['items']))}"
    said = node.get("x-says") or _FORMATS.get(node.get("format", "")) or _TYPES[node["type"]]
    return said + (f", {node['minimum']} to {node['maximum']}" if "minimum" in node else "")


def _order(node: Node) -> str:
    if "x-order" not in node:
        return ""
    stricter = node["x-order"]["stricter"]
    if isinstance(stricter, list):
        return " < ".join(stricter)
    return {"superset": "more", "subset": "fewer", "none": "no order"}.get(stricter, str(stricter))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value).replace("'", "")


if __name__ == "__main__":
    target = File(sys.argv[1])
    target.write_text(written_into(target.read_text(encoding="utf-8")), encoding="utf-8")
