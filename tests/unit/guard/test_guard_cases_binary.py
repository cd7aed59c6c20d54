"""The same cases as Avro and as Protobuf; a record that one of them cannot say is counted, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.guard import written
from tests.unit.guard.cases import Case, broken, cases

from countersign.guard.messages import SchemaFiles, compile_avro, compile_protobuf


def unsayable(write: Callable[[dict[str, Any]], object], case: Case) -> str:
    try:
        write(case.record)
    except written.Unsayable as why:
        return str(why)
    return ""


def sayable(write: Callable[[dict[str, Any]], object]) -> list[Case]:
    return [case for case in cases() if not unsayable(write, case)]


@pytest.mark.parametrize("case", sayable(written.avro), ids=lambda case: case.name)
def test_avro_is_judged_alike_plain_and_framed(case: Case, tmp_path: Any) -> None:
    schema, data = written.avro(case.record)
    assert broken(compile_avro(case.plan, schema).check(data)) == case.broken
    (tmp_path / "7.avsc").write_text(schema)
    assert broken(compile_avro(case.plan, SchemaFiles(tmp_path)).check(b"\0\0\0\0\7" + data)) == case.broken


@pytest.mark.parametrize("case", sayable(written.protobuf), ids=lambda case: case.name)
def test_protobuf_is_judged_alike_plain_and_framed(case: Case) -> None:
    descriptors, data = written.protobuf(case.record)
    assert broken(compile_protobuf(case.plan, descriptors, "r.R0").check(data)) == case.broken
    framed = compile_protobuf(case.plan, descriptors, "r.R0", framed=True)
    assert broken(framed.check(b"\0\0\0\0\7\0" + data)) == case.broken


def test_what_they_cannot_say_is_known_and_counted() -> None:
    every = len(cases())
    both = {written.NAMES: 7, written.WIDE: 4}
    assert Counter(unsayable(written.avro, case) for case in cases()) == {"": every - 11, **both}
    assert Counter(unsayable(written.protobuf, case) for case in cases()) == {"": every - 46, **both, written.NULL: 22, written.MIXED: 13}
