"""What a file says of itself as a whole: its syntax, its package, and the options that shape generated code."""

from __future__ import annotations

from countersign.formats.protobuf import symbols as at
from countersign.formats.protobuf.options import custom_options
from countersign.formats.protobuf.symbols import Symbols
from countersign.model.contract import Place, canonical

#: Options that tell a compiler how to go about it, or are read elsewhere.
_IDLE = frozenset({"deprecated", "features", "java_generate_equals_and_hash", "java_string_check_utf8", "uninterpreted_option"})


def file_says(symbols: Symbols) -> tuple[dict[str, str], dict[str, Place]]:
    """name -> canonical JSON, and name -> where it is said. An option that says what is the default anyway says nothing."""
    file, places = symbols.file, symbols.places(symbols.file.name)
    syntax = f"edition {_edition(file)}" if file.edition else file.syntax or "proto2"
    said = {"syntax": canonical(syntax), "package": canonical(file.package)}
    where = {"syntax": places.at(at.FILE_EDITION if file.edition else at.FILE_SYNTAX), "package": places.at(at.FILE_PACKAGE)}
    for option, value in file.options.ListFields():
        if option.is_extension or option.name in _IDLE or value == option.default_value:
            continue
        if isinstance(value, bytes):  # a text that is no UTF-8, which protoc lets pass
            value = value.decode("utf-8", "replace")
        said[option.name] = canonical(option.enum_type.values_by_number[value].name if option.enum_type else value)
        where[option.name] = places.at(at.FILE_OPTIONS, option.number)
    return said, where


def file_options(symbols: Symbols) -> dict[str, str]:
    """Options of the file that somebody defined."""
    return custom_options(symbols.file.options, symbols)


def _edition(file: object) -> str:
    from google.protobuf.descriptor_pb2 import Edition

    return str(Edition.Name(file.edition)).removeprefix("EDITION_")  # type: ignore[attr-defined]  # descriptors have no type
