"""Who reads what, and what a data product's manager can stop: plain lines and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from countersign.model.consumer import Registration
from countersign.model.enforceability import Hold
from countersign.model.path import show
from countersign.model.product import Product
from countersign.model.pull_request import Reader, Standing
from countersign.model.readership import Answer, InputAnswer, Obstacle, ProductAnswer, Readership
from countersign.render.page import DOES_NOT_COUNT
from countersign.render.words import clean, count, day, listed, short_team

#: Raised when a key is taken away or comes to mean something else; new keys do not raise it.
SCHEMA = 1

_ANSWERS = {
    Answer.YES: "a change can be stopped",
    Answer.NOT_ALWAYS: "a change can be stopped, but not against everybody",
    Answer.NO: "a change cannot be stopped",
    Answer.UNKNOWN: "nobody can tell whether a change can be stopped",
}


def readership_text(found: Sequence[Readership], *, whole: bool) -> str:
    """A block a contract, a line a reader. whole: it is everything there is, so what nobody reads is named at the end."""
    read = [one for one in found if one.readers]
    blocks = [_contract(one) for one in (read if whole else found)]
    unread = [clean(str(one.reference)) for one in found if not one.readers]
    if whole and unread:
        blocks.append("\n".join(["Nobody is registered as a reader of:", *(f"  {name}" for name in unread)]))
    if whole and not found:
        blocks.append("No contract is published, and nobody is registered.")
    return "\n\n".join(blocks)


def readership_json(found: Sequence[Readership]) -> dict[str, Any]:
    """``schema`` 1; ``contracts`` [{contract, published, readers}], each reader with ``counts`` and, if it does not, ``why_not``."""
    return {
        "schema": SCHEMA,
        "contracts": [
            {"contract": str(one.reference), "published": one.published, "readers": [_reader_json(reader) for reader in one.readers]}
            for one in found
        ],
    }


def products_text(answers: Sequence[ProductAnswer]) -> str:
    """For a manager: contract by contract, can a change be stopped, by whom, and what is missing."""
    return "\n\n".join(_product(one) for one in answers)


def products_json(answers: Sequence[ProductAnswer]) -> dict[str, Any]:
    """``schema`` 1; ``products`` [{name, manager, repository, unread, inputs}]; each input with ``answer``, ``why`` and who signs."""
    return {
        "schema": SCHEMA,
        "products": [
            {
                "name": one.product.name,
                "manager": one.product.manager,
                "repository": one.product.repository,
                "unread": one.product.unread,
                "inputs": [_input_json(part) for part in one.inputs],
            }
            for one in answers
        ],
    }


def _contract(one: Readership) -> str:
    head = clean(str(one.reference)) + ("" if one.published else "  (no default branch promises this)")
    if not one.readers:
        return f"{head}\n  Nobody is registered as a reader."
    rows = [_row(reader) for reader in one.readers]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    lines = ["  ".join([*(row[at].ljust(widths[at]) for at in range(3)), row[3]]).rstrip() for row in rows]
    return "\n".join([head, *(f"  {line}" for line in lines)])


def _row(reader: Reader) -> tuple[str, str, str, str]:
    """(who, which fields, until when, the rest)."""
    entry = reader.registration
    fields = listed([clean(show(path)) for path in entry.fields], 8) or "everything"
    if entry.reference.dataset:
        fields += f" of {clean(entry.reference.dataset)}"
    rest = [] if entry.product else [entry.criticality]
    rest += [f"{clean(asset.kind)} {clean(asset.name)}" for asset in entry.assets]
    rest += [f"in {clean(entry.repository)}"]
    if reader.standing is not Standing.COUNTS:
        rest.append(f"does not count: {DOES_NOT_COUNT[reader.standing]}")
    return who(entry), fields, _until(entry), "; ".join(rest)


def who(entry: Registration) -> str:
    """``bi, for CFO office (Excel)``; ``mia for Customer 360``. Plain text."""
    team = short_team(entry.team)
    if entry.product:
        return f"{team} for {clean(entry.product)}"
    return f"{team}, for {clean(entry.on_behalf_of)}" if entry.on_behalf_of else team


def _until(entry: Registration) -> str:
    if entry.until:
        return f"until {day(datetime.combine(date.fromisoformat(entry.until), time()))}"
    return f"12 months from {day(entry.received_at)}" if entry.received_at else "for 12 months"


def _reader_json(reader: Reader) -> dict[str, Any]:
    entry = reader.registration
    return {
        "team": entry.team,
        "on_behalf_of": entry.on_behalf_of,
        "product": entry.product,
        "dataset": entry.reference.dataset,
        "fields": [show(path) for path in entry.fields],
        "criticality": entry.criticality,
        "until": entry.until,
        "assets": [{"kind": asset.kind, "name": asset.name, "url": asset.url} for asset in entry.assets],
        "repository": entry.repository,
        "counts": reader.standing is Standing.COUNTS,
        "why_not": "" if reader.standing is Standing.COUNTS else reader.standing.value,
    }


def _product(one: ProductAnswer) -> str:
    product = one.product
    good = sum(part.answer is Answer.YES for part in one.inputs)
    head = f"{clean(product.name)}, managed by {product.manager} ({clean(product.repository)})"
    lines = [f"{head}: {good} of {count(len(one.inputs), 'contract')} can be held." if one.inputs else f"{head}: it is built on nothing."]
    if product.unread:
        lines.append(f"  {clean(product.odps)} cannot be read: {clean(product.unread)}. What it named before still counts.")
    for part in one.inputs:
        lines += ["", f"{clean(part.input.written)}: {_ANSWERS[part.answer]}."]
        lines += [f"  {sentence}" for sentence in why_answered(product, part)]
    return "\n".join(lines)


def why_answered(product: Product, part: InputAnswer) -> list[str]:
    """Who can stop a change of an input, and what is missing and what to do about it; plain sentences."""
    said = []
    if part.standing is Standing.COUNTS:
        also = f"; {listed([short_team(team) for team in part.others], 8)} must sign as well" if part.others else ""
        said.append(f"By {product.manager}, who must sign and may hold it{also}.")
    said += [_obstacle(obstacle, part) for obstacle in part.obstacles]
    if part.answer is Answer.YES and part.enforcement:
        said.append(f"The check is required on {clean(part.enforcement.branch)}, from this App alone, and for everybody.")
    return said


def _obstacle(obstacle: Obstacle, part: InputAnswer) -> str:
    """What is missing, and what to do about it."""
    enforced, branch = part.enforcement, clean(part.enforcement.branch) if part.enforcement else ""
    match obstacle:
        case Obstacle.NO_CONTRACT:
            return "No repository promises such a contract: ask its producer to publish it, or correct the name."
        case Obstacle.SEVERAL:
            return "Several contracts have this id: write it as org/repo#id."
        case Obstacle.NO_SAY:
            why = DOES_NOT_COUNT[part.standing] if part.standing and part.standing is not Standing.COUNTS else "it has not been read yet"
            return f"The manager's registration does not count: {why}."
        case Obstacle.MODE:
            mode = part.mode.value if part.mode else ""
            return f"The gate is in {mode} mode there, so it blocks nothing: its owners can set `mode: enforce`."
        case Obstacle.NOT_REQUIRED:
            return f"The check is not required on {branch}, or not from this App alone: `countersign audit` says what to repair."
        case Obstacle.BYPASS:
            people = listed([clean(one.who) for one in enforced.bypass], 6) if enforced else ""
            people = people or "administrators"
            return f"These are not bound by the check on {branch}: {people}."
        case Obstacle.UNREAD:
            unread = (
                listed([clean(one) for one in enforced.unread], 4) if enforced and enforced.unread else "the policy or GitHub's settings"
            )
            return f"Not known: {unread}. With an administrator's GITHUB_TOKEN more can be seen."


def _input_json(part: InputAnswer) -> dict[str, Any]:
    return {
        "contract": part.input.written,
        "fields": [show(path) for path in part.input.fields],
        "answer": part.answer.value,
        "why": [obstacle.value for obstacle in part.obstacles],
        "counts": part.standing is Standing.COUNTS,
        "also_sign": list(part.others),
        "mode": part.mode.value if part.mode else None,
        "enforced": part.enforcement is not None and part.enforcement.hold is Hold.FIRM,
    }
