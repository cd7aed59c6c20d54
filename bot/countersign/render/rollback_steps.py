"""What each step of a rollback came to, one sentence each, for the timeline and for whoever is woken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countersign.render.words import clean

JSON = Any

NOT_CONFIRMED = "The evidence is not confirmed."
NOTHING_CHANGED = "Nothing was changed."
REST_LEFT = "Whatever is not named as done was left as it is."
NO_DATA_CHANGED = "No data was changed."
LOOK_FIRST = "Look at each table before you start it again: what is not named here may have been moved."
NO_TABLE_MOVED = "No table had been moved."
REVERT_STAYS = "The proposed revert, if there is one, stays as it is."
STARTED_OFF = "This Countersign was started with rollbacks switched off."


def switched_off(by: str) -> str:
    return f"Rollbacks are switched off, by {clean(by)}."


def unfinished(kind: str, run: str) -> str:
    return f"Countersign could not finish it ({kind}, in run {run})."


# -- tables ------------------------------------------------------------------------------------------------------------------


def not_drilled(table: str, contract: str) -> str:
    return f"{table} has not been drilled, or is another table since: `countersign drill {clean(contract)}`."


def no_last_good(table: str) -> str:
    return f"{table} has no tag last_known_good, so there is nothing to go back to."


def stands_there(table: str) -> str:
    return f"{table} stands at its last known good already."


def gone_back(moved: Mapping[str, JSON]) -> str:
    return f"{moved['table']} went back from snapshot {moved['head']} to {moved['target']}, its last known good."


def moved_by_others(table: str) -> str:
    return f"{table} did not go back: it has been moved by somebody else since this began."


def written_meanwhile(table: str) -> str:
    return f"{table} did not go back: it was written to at the same time."


def not_gone_back(table: str, trouble: str) -> str:
    return f"{table} did not go back: {trouble}."


def gone_forward(moved: Mapping[str, JSON]) -> str:
    return f"{moved['table']} went forward again from snapshot {moved['target']} to {moved['head']}."


def would_be_lost(table: str) -> str:
    return f"{table} did not go forward: it has been written to since it went back, and that would be lost."


def another_table(table: str) -> str:
    return f"{table} did not go forward: it is another table since."


def not_gone_forward(table: str, trouble: str) -> str:
    return f"{table} did not go forward: {trouble}."


# -- sources -----------------------------------------------------------------------------------------------------------------


def _where(source: str, partition: str) -> str:
    return f"Partition {clean(partition)} of {clean(source)}"


def not_asked(source: str, partition: str, trouble: str) -> str:
    return f"{_where(source, partition)} could not be asked where it stands: {trouble}."


def held_at(source: str, partition: str, committed: int, first_bad: str) -> str:
    before = f", before its first bad record, {first_bad}" if first_bad else ""
    return f"{_where(source, partition)} is held at offset {committed}{before}."


def read_past(source: str, partition: str, committed: int, first_bad: str) -> str:
    return f"{_where(source, partition)} has been read past its first bad record, {first_bad}: it stands at {committed}."


def held_by_guard(source: str, partition: str, first_bad: str) -> str:
    return (
        f"{_where(source, partition)} is held before its first bad record{', ' + clean(first_bad) if first_bad else ''}, as its guard says."
    )


def flows(source: str, partition: str) -> str:
    return f"{_where(source, partition)} flows, as its guard says."


# -- the revert --------------------------------------------------------------------------------------------------------------

REVERT_LATER = "The revert is not proposed yet, because GitHub does not answer. It is tried again."
NO_CAUSE = "No revert is proposed: no change of the contract, or of the code that makes the data, is known."
NO_SECOND_APP = "No revert is proposed: there is no second App (docs/permissions.md)."


def no_table(revert: str) -> str:
    return f"No table belongs to this contract. {revert}"


def no_revert(why: str) -> str:
    return f"No revert is proposed: {why}"


def too_old(commit: str, days: int) -> str:
    return f"No revert is proposed: the last change, {commit[:7]}, is more than {days} days old."


def brought_it(commit: str) -> str:
    return f"No revert is proposed: {commit[:7]} is what brought the contract."


def in_conflict(commit: str, files: Sequence[str]) -> str:
    shown = ", ".join(clean(file) for file in files[:5])
    return f"No revert of {commit[:7]} is proposed: what came after it is in conflict, in {shown}."


def not_reverted(commit: str, trouble: str) -> str:
    return f"No revert of {commit[:7]} is proposed: {trouble.rstrip('.')}."


def reverted_already(number: int, commit: str) -> str:
    return f"Pull request #{number} reverts {commit[:7]} already."


def reverted(number: int, made: Mapping[str, JSON]) -> str:
    exact = (
        "its tree is, to the letter, what stood before. It waits for its review, and for no notice"
        if made["whole"]
        else "what came after it stays. It waits for its review"
    )
    return f"Pull request #{number} reverts {made['reverts'][:7]}: {exact}."
