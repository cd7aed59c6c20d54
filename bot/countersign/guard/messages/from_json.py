"""JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from countersign.guard.messages.checker import Checker, Undecodable, told
from countersign.guard.plan import Plan, Violation


def compile_json(plan: Plan) -> Checker:
    """The checker of JSON messages: UTF-8 text, one value. Of names given twice in an object the last counts."""
    return _Json(plan)


class _Json:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def check(self, data: bytes) -> tuple[Violation, ...]:
        return told(self._plan, self, data)

    def decode(self, data: bytes) -> Any:
        try:
            return msgspec.json.decode(data)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise Undecodable(f"no JSON: {error}") from None
