"""Inputs that nobody would write end in an answer; `python -m benchmarks.fuzz` tries 100,000."""

from __future__ import annotations

import os
import time

import pytest
from benchmarks import fuzz
from benchmarks.fuzzing import READERS, attempt, bent
from benchmarks.fuzzing.sound import SOUND

from countersign.formats import FORMATS, Unreadable


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_answers_whatever_it_is_given(reader: str) -> None:
    for number in range(60):
        given = bent(reader, 6, number)
        assert attempt(given) in ("read", "refused", "asked"), (given.file, given.raw)


def test_the_files_that_are_bent_are_sound_and_every_format_has_one() -> None:
    assert FORMATS.keys() <= SOUND.keys()
    for reader, files in SOUND.items():
        for file, raw in files:
            assert attempt(fuzz.Input(reader, file, raw, 0)) == "read", (reader, file)


def _reader_that(*acts: object) -> dict[str, object]:
    """Reads its inputs in turn by these acts."""
    turns = iter(acts)

    def read(given: object, text: str) -> None:
        act = next(turns, None)
        if callable(act):
            act()

    return {"odcs": read}


def _raise(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("act", "kind", "said"),
    [
        (lambda: _raise(ZeroDivisionError("so")), "crash", "ZeroDivisionError: so"),
        (lambda: _raise(Unreadable("a", 10**6, "wrong", "repair it")), "crash", "a refusal without a place or a remedy"),
        (lambda: os.kill(os.getpid(), 9), "death", "exit -9"),
        (lambda: time.sleep(60), "hang", "more than"),
    ],
)
def test_a_fault_is_told_with_its_input_and_the_run_goes_on(act: object, kind: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.fuzz.HANG", 0.2)
    monkeypatch.setattr("benchmarks.fuzzing.READERS", _reader_that(act))
    counts, faults = fuzz.run("odcs", inputs=1, seed=1)
    (fault,) = faults
    assert (fault.kind, fault.input.number) == (kind, 0) and fault.said.startswith(said)
    assert not counts.total()
