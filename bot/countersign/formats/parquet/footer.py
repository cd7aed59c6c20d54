"""The footer of a Parquet file -> elements. pyarrow reads it and prints the schema a line an element, which is what people are shown.

Arrow's own schema, which some writers hide in the footer beside Parquet's, is not read: other readers do not know it.
"""

from __future__ import annotations

import io
import re

from countersign.formats.binary import check_pyarrow, from_text
from countersign.formats.marked import Unreadable
from countersign.formats.parquet.columns import MAX_DEPTH, MAX_FIELDS
from countersign.formats.parquet.elements import Element
from countersign.formats.parquet.message import annotation, head
from countersign.formats.source import MAX_SHOWN
from countersign.model.contract import Place

_REMEDY = "Write the file again with the tool that made it, or publish its schema as text (`orders.parquet.schema`)"
_NAMED = re.compile(r"([^(]*?)(?: \((.*)\))?\Z")
#: Entries of one list in a footer: fields, columns, groups of rows. A footer that says more has not been written by a sane tool.
_LONGEST_LIST = 100_000
#: What Arrow prints for itself.
_NOISE = re.compile(r" field_id=-1|, is_from_converted_type=\w+|, force_set_converted_type=\w+")
#: These versions numbered the fields by their place, so that a new column renumbered all behind it: the numbers say nothing.
_NUMBERS_BY_PLACE = re.compile(r"parquet-cpp(?:-arrow)? version (?:[0-5]\.|1\.[0-9]+\.[0-9]+-SNAPSHOT)")


def read_footer(file: str, text: str) -> Element:
    """The root of the schema, all on line 1. Raises `Unreadable`."""
    lines, leaves, made_by = _printed(file, text)
    if len(lines) > 2 * MAX_FIELDS or len(leaves) > MAX_FIELDS:
        raise Unreadable(file, 1, f"the file has more than {MAX_FIELDS:,} columns", "Split it into several contracts")
    root = Element(name=lines[0].removesuffix(" {").rpartition(" ")[2], repetition="required", type="group", place=Place(file=file, line=1))
    open_groups, seen = [root], 0
    for line in lines[1:]:
        if line == "}":
            open_groups.pop()
            if not open_groups:
                break
            continue
        element, rest = head(line.removesuffix(";").removesuffix(" {"), Place(file=file, line=1, text=_NOISE.sub("", line)[:MAX_SHOWN]))
        _name(element, rest, leaves[seen][0] if element.type != "group" and seen < len(leaves) else None)
        if _NUMBERS_BY_PLACE.match(made_by):
            element.id = ""
        open_groups[-1].children.append(element)
        if element.type == "group":
            open_groups.append(element)
        elif seen == len(leaves) or ".".join([*(group.name for group in open_groups[1:]), element.name]) != leaves[seen][1]:
            raise _unclear(file)
        else:
            seen += 1
        if len(open_groups) > MAX_DEPTH:
            raise Unreadable(file, 1, f"types are nested more than {MAX_DEPTH} deep", "Flatten the schema")
    if open_groups or seen != len(leaves):
        raise _unclear(file)
    return root


def _unclear(file: str) -> Unreadable:
    return Unreadable(file, 1, "names of columns look like parts of a schema", "Take line ends, braces and brackets out of the names")


def _name(element: Element, rest: str, known: str | None = None) -> None:
    """What follows the head: a name and perhaps an annotation. known: the name of a column, in which anything may stand."""
    found = _NAMED.match(rest)
    if known is not None and rest == known:
        element.name = known
    elif known is not None and rest.startswith(f"{known} (") and rest.endswith(")"):
        element.name, element.annotation = known, annotation(rest[len(known) + 2 : -1])
    elif known is None and found is not None:
        element.name, element.annotation = found[1], annotation(found[2]) if found[2] else None


def _printed(file: str, text: str) -> tuple[list[str], list[tuple[str, str]], str]:
    """The schema as printed, the columns (those without columns below them) by name and path in their order, and who wrote the file."""
    check_pyarrow(file)
    import pyarrow as pa
    from pyarrow import parquet

    raw = from_text(file, text)
    if raw[-4:] == b"PARE":
        raise Unreadable(file, 1, "the file's footer is encrypted", "Publish the schema as text (`orders.parquet.schema`)")
    try:
        metadata = parquet.ParquetFile(io.BytesIO(raw), thrift_container_size_limit=_LONGEST_LIST).metadata
        schema = metadata.schema
        lines = [line.strip() for line in str(schema).split("\n")[1:]]
        columns = [schema.column(at) for at in range(min(len(schema), MAX_FIELDS + 1))]
        leaves = [(column.name, column.path) for column in columns]
        made_by = metadata.created_by or ""
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(file, 1, f"this is no Parquet file that can be read: {_first_line(error)}", _REMEDY) from None
    return [line for line in lines if line], leaves, made_by


def _first_line(error: Exception) -> str:
    return (str(error).strip().split("\n") or [""])[0][:MAX_SHOWN].rstrip(". ")
