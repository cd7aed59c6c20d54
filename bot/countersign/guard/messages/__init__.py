"""One message at a time: bytes of JSON, Avro or Protobuf held to a plan."""

from __future__ import annotations

from countersign.guard.messages.checker import Checker, Undecodable
from countersign.guard.messages.from_json import compile_json

__all__ = ["Checker", "Undecodable", "compile_json"]
