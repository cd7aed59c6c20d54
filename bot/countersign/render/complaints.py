"""A complaint, as those hear it who answer for the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from countersign.model.complaint import Complaint
from countersign.render.markdown import code, mention, plain
from countersign.render.words import clean, listed, moment, shortened

_LONGEST_TITLE = 200
_CLOSE = "Answer here, and close this issue when it is answered: that is how whoever complained sees that it is."


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """contract: ``org/repo#id``, "" while nobody knows which. seen: their words. whom: those who are told, mentioned."""

    contract: str
    asset: str
    seen: str
    since: str
    who: str
    at: datetime
    whom: tuple[str, ...] = ()


def complaint_issue(heard: Heard) -> tuple[str, str]:
    """(title, body) in the producer's repository; of an asset that nobody has registered, in the organisation's."""
    head = f"{_to(heard)}somebody looks at {_asset(heard)} and takes a number there for wrong."
    if heard.contract:
        what = f"It is built on {code(heard.contract)}, which has no open incident."
        steps: tuple[str, ...] = (
            "Look whether the data keeps to its contract. If it does not, stop it: `countersign incidents` and the guard say how.",
            "If it does, the contract promises too little, or the number is made wrong further down: say which.",
            _CLOSE,
        )
    else:
        what = "Nobody has registered what it is built on, so nobody else is told."
        steps = ("Find out whose it is, and have them register what they read (docs/registering.md).", _CLOSE)
    body = [f"{head} {what}", _said(heard), "### What to do\n" + "\n".join(f"{n}. {step}" for n, step in enumerate(steps, 1))]
    return _title(f"This number looks wrong: {heard.asset or heard.contract}"), "\n\n".join(body)


def complaint_comment(heard: Heard, *, discreet: bool) -> str:
    """In the issue of an incident, or of a complaint of the same day."""
    if discreet:
        return f"A number is taken for wrong that is built on {code(heard.contract)}. What is seen is told in the reader's repository."
    return f"Somebody looks at {_asset(heard)} and takes a number there for wrong.\n\n{_said(heard)}"


def discreet_complaint_issue(heard: Heard) -> tuple[str, str]:
    """For a producer's repository that more people read than may know of the asset."""
    body = (
        f"{_to(heard)}a reader takes a number for wrong that is built on {code(heard.contract)}."
        " More people read this repository than the reader's, so what they see is told there."
    )
    return _title(f"This number looks wrong: something built on {heard.contract.partition('#')[2]}"), f"{body}\n\n{_CLOSE}"


def reader_complaint_issue(heard: Heard, *, hidden: bool) -> tuple[str, str]:
    """For the asset's own repository, and for a data product's manager. hidden: the contract may not be named there."""
    built = "a contract that you read" if hidden else code(heard.contract)
    body = [
        f"Somebody looks at {_asset(heard)} and takes a number there for wrong. It is built on {built}; its owners are told.",
        _said(heard),
    ]
    return _title(f"This number looks wrong: {heard.asset or 'something built on a contract that you read'}"), "\n\n".join(body)


def complaints_text(found: Sequence[Complaint]) -> str:
    """For a terminal."""
    if not found:
        return "There is no complaint."
    return "\n".join(
        f"{one.id}  {'answered' if one.over_at else 'open':<8}  {moment(one.at)}  {clean(one.asset) or '(a private asset)'}"
        f"  {clean(one.contract) or 'no contract known'}" + (f"  incident {one.incident}" if one.incident else "")
        for one in found
    )


def _to(heard: Heard) -> str:
    return f"{listed([mention(one) for one in heard.whom], 10)}: " if heard.whom else ""


def _asset(heard: Heard) -> str:
    return code(heard.asset) if heard.asset else "what is made of it"


def _said(heard: Heard) -> str:
    rows = [f"> {plain(heard.seen, 2_000)}", ""]
    since = f" It has looked so since {plain(heard.since)}." if heard.since else ""
    return "\n".join(rows) + f"\nSaid{f' by {plain(heard.who)}' if heard.who else ''} on {moment(heard.at)}.{since}"


def _title(text: str) -> str:
    return shortened(clean(text), _LONGEST_TITLE)
