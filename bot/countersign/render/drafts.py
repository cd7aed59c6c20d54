"""First texts of a policy and of ODCS contracts, to be read and corrected. What no file says is a guess, and says so in a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from countersign.model.contract import Contract, Dataset, Field
from countersign.render.words import clean, listed

#: A scalar that every reader of YAML takes for the same text.
_PLAIN = re.compile(r"[/A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"})
#: Type -> ODCS's logical type, where ODCS has one.
_LOGICAL = {
    "string": "string",
    "uuid": "string",
    "enum": "string",
    "integer": "integer",
    "number": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "timestamp": "timestamp",
    "object": "object",
    "array": "array",
    "map": "map",
    # Protobuf's own words
    **dict.fromkeys(("int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64"), "integer"),
    **dict.fromkeys(("float", "double"), "number"),
    "bool": "boolean",
}
#: ODCS's ``logicalTypeOptions`` that say what a constraint of the same name says, by logical type.
_OPTIONS = {
    "string": ("minLength", "maxLength", "pattern"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": ("minItems", "maxItems", "uniqueItems"),
}
#: Fields below fields below fields: what lies deeper is left to its author.
_DEEPEST = 16
_VERSION = "v3.2.0"

#: Above the entries of a drafted policy.
SCHEMA_FILES = "A schema file is judged by the rules of its own format, from today."
DRAFTED = "Drafted from these, with room for what no schema file says. Drafts block nobody; by an active one, readers register."


class Entry(NamedTuple):
    """A file that a policy lists. id: "" where the file's name says it. remark: a comment above it, "" for none."""

    file: str
    id: str = ""
    remark: str = ""


def policy_draft(entries: Sequence[Entry], owners: Sequence[str], *, whole: bool) -> str:
    """A first policy in ``observe``, or (not ``whole``) the entries that one lacks. owners: lines that say who they are, or might be."""
    lines = []
    if whole:
        lines += ["version: 1", "mode: observe   # judged, and nobody is asked; then warn, then enforce", *owners, "publishes:"]
    for entry in entries:
        lines += [f"  # {entry.remark}"] if entry.remark else []
        lines.append(f"  - contract: {_scalar('/' + entry.file)}")
        if entry.id:
            lines.append(f"    id: {_scalar(entry.id)}")
        if not whole:
            lines.append("    mode: observe")
    return "\n".join(lines) + "\n"


def owner_lines(organisation: str, owned: bool, authors: Sequence[tuple[str, int]], changes: int) -> list[str]:
    """Who answers for the contracts. owned: CODEOWNERS says it. authors: (mail address, how many of the ``changes`` were theirs)."""
    if owned:
        return ["# owners: CODEOWNERS names them"]
    lines = [f'owners: ["@{organisation}/TEAM"]   # who answers for the contracts, and signs where nobody is registered']
    if authors:
        who = listed([f"{clean(mail)} ({number} of {changes})" for mail, number in authors], 3)
        lines.append(f"# A guess, to be confirmed: in the last year these files were changed most by {who}.")
    return lines


def odcs_draft(contract: Contract, contract_id: str, *, options: bool = True) -> str:
    """An ODCS contract of what another format says, linked to it, as a draft that blocks nobody. options: with limits and enums."""
    source = contract.file
    lines = [
        f"# Drafted by `countersign init` from {clean(source)}. Read each line, correct it, and set `status` to active:",
        "# until then it blocks nobody.",
        f"apiVersion: {_VERSION}",
        "kind: DataContract",
        f"id: {_scalar(contract_id)}",
        f"name: {_scalar(contract.title or contract_id)}",
        "version: 1.0.0   # a guess: the first that is promised",
        "status: draft",
    ]
    if contract.meaning.get("description"):
        lines += ["description:", f"  purpose: {_scalar(contract.meaning['description'])}"]
    lines += [
        "authoritativeDefinitions:",
        "  - type: implementation   # the two must describe the same data",
        f"    url: {_scalar(source)}",
        "# slaProperties: how late, how often, for how long? No file says; readers would like to know.",
        "schema:",
    ]
    for dataset in [one for one in contract.datasets if one.root.fields] or contract.datasets:
        lines += _dataset(dataset, options)
    return "\n".join(lines) + "\n"


def _dataset(dataset: Dataset, options: bool) -> Iterator[str]:
    yield f"  - name: {_scalar(dataset.name)}"
    yield "    logicalType: object"
    if dataset.meaning.get("description"):
        yield f"    description: {_scalar(dataset.meaning['description'])}"
    yield f"    # dataGranularityDescription: what is one row of {clean(dataset.name)}? No file says."
    if dataset.root.fields:
        yield "    properties:"
        for member in dataset.root.fields:
            yield from _member(member, "      ", dataset.key, options)
    else:
        yield f"    # It has no named fields: {clean(dataset.root.type_text or dataset.root.type)}."


def _member(field: Field, indent: str, key: Sequence[str], options: bool) -> Iterator[str]:
    yield f"{indent}- name: {_scalar(field.name)}"
    yield from _facts(field, indent + "  ", key, options, depth=1)


def _facts(field: Field, indent: str, key: Sequence[str], options: bool, depth: int) -> Iterator[str]:
    """The keys of a property; the same below ``items``."""
    logical = _LOGICAL.get(field.type, "")
    if logical:
        yield f"{indent}logicalType: {logical}"
    elif field.type != "any":
        yield f"{indent}# ODCS has no word for this type, so its values are not compared here, but in the file it was drafted from."
    physical = field.type_text or field.type
    if physical != logical and logical not in ("object", "array", "map"):
        yield f"{indent}physicalType: {_scalar(physical)}"
    if field.required and not field.nullable:
        yield f"{indent}required: true"
    if field.name in key:
        yield f"{indent}primaryKey: true"
        yield f"{indent}primaryKeyPosition: {key.index(field.name) + 1}"
    if field.meaning.get("classification"):
        yield f"{indent}classification: {_scalar(field.meaning['classification'])}"
    if field.meaning.get("description"):
        yield f"{indent}description: {_scalar(field.meaning['description'])}"
    if options:
        yield from _limits(field, logical, indent)
    if depth >= _DEEPEST:
        yield f"{indent}# What lies deeper is left out."
    elif logical == "object" and field.fields:
        yield f"{indent}properties:"
        for member in field.fields:
            yield f"{indent}  - name: {_scalar(member.name)}"
            yield from _facts(member, indent + "    ", (), options, depth + 1)
    elif logical == "array" and field.items is not None:
        yield f"{indent}items:"
        yield f"{indent}  name: element"
        yield from _facts(field.items, indent + "  ", (), options, depth + 1)
    elif logical == "map" and field.items is not None:
        yield f"{indent}map:"
        yield f"{indent}  key: {{logicalType: string}}"
        yield f"{indent}  value:"
        yield from _facts(field.items, indent + "    ", (), options, depth + 1)


def _limits(field: Field, logical: str, indent: str) -> Iterator[str]:
    known = {**field.unread, **field.constraints}  # JSON Schema's keywords are kept as they are written
    said = {name: known[name] for name in _OPTIONS.get(logical, ()) if name in known}
    if said:
        yield f"{indent}logicalTypeOptions: {{{', '.join(f'{name}: {value}' for name, value in said.items())}}}"
    if field.enum is not None and logical:
        values = [json.dumps(one.value, ensure_ascii=False) if logical == "string" else one.value for one in field.enum.values]
        yield f"{indent}enum: [{', '.join(f'{{value: {value}}}' for value in values)}]"
        if field.enum.open:
            yield f"{indent}customProperties: [{{property: enumOpen, value: true}}]"


def _scalar(text: str) -> str:
    """A text as YAML takes it for a text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def init_text(files: Mapping[str, str], unread: Sequence[tuple[str, str]], *, branch: str, commit: str) -> str:
    """What `countersign init` has made. files: path -> text. unread: (file, why) of schema files that no contract was drafted from."""
    if commit:
        lines = [f"Drafted {len(files)} files, as commit {commit[:10]} on the new branch {branch}; your work tree is as it was.", ""]
        lines += [f"  {clean(file)}" for file in files]
        lines += ["", f"Read it: git show {branch}", "Then push the branch and open a pull request: mode `observe` asks nobody."]
    else:
        lines = [part for file, text in files.items() for part in (f"==> {clean(file)}", text)]
    if unread:
        lines += ["", "These could not be read, and are left out:", *(f"  {clean(file)}: {clean(why)}" for file, why in unread)]
    return "\n".join(lines)
