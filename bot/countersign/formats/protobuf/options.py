"""Options that somebody defined: what they are called, and what they say."""

from __future__ import annotations

from typing import Any

from countersign.formats.protobuf.symbols import Symbols
from countersign.model.contract import canonical


def custom_options(options: Any, symbols: Symbols) -> dict[str, str]:
    """``(acme.sensitive)`` -> canonical JSON, of an element's options. Nobody here knows what they mean."""
    if not options.ByteSize():
        return {}
    return {f"({name[1:-1]})": canonical(value) for name, value in _written(options, symbols).items() if name.startswith("[")}


def language_feature(options: Any, symbols: Symbols, language: str, feature: str) -> str:
    """An edition's feature of one language, such as ``VERIFY`` for ``pb.java`` ``utf8Validation``; "" where it is not set here."""
    if not options.HasField("features"):
        return ""
    return str(_written(options.features, symbols).get(f"[{language}]", {}).get(feature, ""))


def _written(options: Any, symbols: Symbols) -> dict[str, Any]:
    """The options as JSON data. The names of extensions are in brackets; these are known to the compilation's own pool only."""
    from google.protobuf.json_format import MessageToDict
    from google.protobuf.message_factory import GetMessageClass

    try:
        described = symbols.pool.FindMessageTypeByName(options.DESCRIPTOR.full_name)
    except KeyError:  # then no file extends it
        return {}
    found: dict[str, Any] = MessageToDict(GetMessageClass(described).FromString(options.SerializeToString()))
    return found
