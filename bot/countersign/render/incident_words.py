"""The words of an incident that its issue, its messages and its pages share. Plain text: whoever writes Markdown makes it safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from countersign.model.incident import By, How, Incident, Part, Rollback, State
from countersign.model.incident_event import News, Transition
from countersign.model.incident_facts import IncidentFacts
from countersign.model.path import show
from countersign.model.report import Broken
from countersign.model.runtime import RollBack
from countersign.render.words import clean, count, listed, moment, short_team

_RULES: Mapping[str, str] = {
    "type": "another type",
    "required": "missing",
    "null": "null",
    "enum": "not one of the values allowed",
    "minimum": "too small",
    "maximum": "too large",
    "exclusiveMinimum": "too small",
    "exclusiveMaximum": "too large",
    "multipleOf": "not a multiple as promised",
    "minLength": "too short",
    "maxLength": "too long",
    "pattern": "not of the form promised",
    "minItems": "too few items",
    "maxItems": "too many items",
    "uniqueItems": "items twice",
    "minProperties": "too few members",
    "maxProperties": "too many members",
    "unlisted": "a member that the contract does not list",
    "precision": "too many digits",
    "unique": "a value that must be unique, twice",
    "unreadable": "bytes that are no record",
}

_REASONS: Mapping[str, str] = {
    "bad": "too many records break the contract",
    "consecutive": "too many records in a row break the contract",
    "missing": "records are missing",
}


def broken_rule(rule: str) -> str:
    """What a value is that breaks the rule: ``null``, ``too long``. A rule of a newer guard stays as it is called."""
    return _RULES.get(rule, clean(rule))


def reasons(incident: Incident) -> str:
    """Why limits were passed: ``too many records break the contract``; "" where no guard said so."""
    words = dict.fromkeys(part.reason for part in incident.parts if part.reason)
    return listed([_REASONS.get(word, clean(word)) for word in words])


def name_of(incident: Incident) -> str:
    """``orders``, or ``orders/refunds`` where the contract has several datasets and this is one of another name."""
    same = incident.dataset in ("", incident.contract_id)
    return clean(incident.contract_id if same else f"{incident.contract_id}/{incident.dataset}")


def partitions(parts: Sequence[Part]) -> str:
    """``partition 2``, ``partitions 0, 2 and 5``; "" where the source has none."""
    names = sorted({clean(part.partition) for part in parts if part.partition}, key=lambda name: (len(name), name))
    return f"{'partition' if len(names) == 1 else 'partitions'} {listed(names, 8)}" if names else ""


def place_of(incident: Incident) -> str:
    """``kafka-orders, partition 2``: what is broken now, or was."""
    where = partitions(incident.stopped or incident.broken or incident.parts)
    return f"{clean(incident.source)}, {where}" if where else clean(incident.source)


def since(incident: Incident) -> datetime:
    return incident.halted_at or incident.opened_at


def who(by: By, secret: Mapping[str, frozenset[str]] | None = None) -> str:
    """``pete``, ``somebody of payments-oncall``. secret: a member of a secret team is not named."""
    name = short_team(by.who) if by.who else ""
    if any(name.lower() in members for members in (secret or {}).values()):
        return "a member of a secret team"
    match by.how:
        case How.LINK:
            return f"somebody of {name}" if name else "somebody"
        case How.PAGER:
            return clean(by.who) or "somebody"
        case How.COMMAND:
            return f"the operator ({name})" if name else "the operator"
        case How.GUARD:
            return "the guard"
        case How.CLOCK:
            return "the clock"
        case How.ROLLBACK | How.EVIDENCE:
            return "Countersign"
        case How.COMMENT | How.PAGE:
            return name or "somebody"


#: The way, where the timeline says it.
WAYS: Mapping[How, str] = {
    How.LINK: "by the signed link",
    How.PAGE: "on its page",
    How.PAGER: "in PagerDuty",
    How.COMMAND: "by `countersign incidents`",
}


def looks_after_it(incident: Incident, secret: Mapping[str, frozenset[str]]) -> str:
    """``pete looks after it.``, ``Somebody of payments-oncall looks after it.``; "" while nobody does."""
    if incident.acknowledged is None:
        return ""
    name = who(incident.acknowledged, secret)
    own = name.partition(" ")[0] in ("somebody", "the", "a")
    return f"{name[:1].upper() + name[1:] if own else name} looks after it."


def has_table(incident: Incident) -> bool:
    """Whether a table goes back with the data. Without one a revert is proposed, and nothing in production has changed by that."""
    return bool(incident.runtime.holding(incident.dataset))


def gone_back(incident: Incident) -> str:
    """What became of going back, where the state does not say it; "" where nothing did."""
    match incident.rollback:
        case Rollback.RUNNING:
            return "It is going back to the last known good." if has_table(incident) else "A revert is being proposed."
        case Rollback.FAILED:
            return "Going back to the last known good failed." if has_table(incident) else "No revert could be proposed."
        case Rollback.WITHHELD:
            return "It was not rolled back, because the evidence is not confirmed."
        case Rollback.BY_HAND:
            return "Going back is left to a person."
        case _:
            return ""


def happened(facts: IncidentFacts) -> str:
    """``311 of 1,204 records break the contract; 40 are missing.``, without the point; "" where nothing was counted."""
    counts = facts.counts
    said = []
    if counts.bad:
        said.append(f"{counts.bad:,} of {counts.checked:,} records {_break(facts)} the contract")
    said += [
        f"{number:,} {word}"
        for number, word in ((counts.missing, "missing"), (counts.duplicate, "there twice"), (counts.late, "late"))
        if number
    ]
    if counts.quarantined:
        said.append(f"{counts.quarantined:,} set aside")
    return ", ".join(said)


def _break(facts: IncidentFacts) -> str:
    if facts.incident.ended:
        return "broke"
    return "breaks" if facts.counts.bad == 1 else "break"


def fields_broken(broken: Sequence[Broken], most: int = 3) -> str:
    """``amount: null; region: not one of the values allowed``."""
    said = [f"{clean(show(one.path)) or 'the record'}: {broken_rule(one.rule)}" for one in broken[:most]]
    left = len(broken) - most
    return "; ".join(said) + (f"; and {left} more" if left > 0 else "")


def otherwise(facts: IncidentFacts) -> str:
    """What the end of a clock brings, if nobody is faster."""
    incident, told = facts.incident, f"{clean(facts.lead)} is told" if facts.lead else "the owners are told again"
    if incident.rollback not in (Rollback.NONE, Rollback.WITHHELD):
        return f"{told}; it goes back no second time by itself"
    if incident.halted_at is None:
        return told
    if incident.runtime.roll_back is RollBack.MANUAL:
        return f"{told}; the policy leaves going back to a person"
    if incident.confirmed is not True:
        return f"{told}; it goes back to the last known good only once Countersign itself finds the contract broken"
    if not has_table(incident):
        return f"{told} and a revert of what probably did it is proposed"
    return f"{told} and the data goes back to the last known good, if a drill has shown that it can"


def stands(facts: IncidentFacts) -> str:
    """How it stands now, in a sentence or three."""
    said = [state_sentence(facts.incident)]
    if not facts.incident.ended:
        said += [gone_back(facts.incident), looks_after_it(facts.incident, facts.secret)]
    return " ".join(one for one in said if one)


def state_sentence(incident: Incident) -> str:
    name, at = name_of(incident), moment(since(incident))
    match incident.state:
        case State.OPEN:
            return f"Since {at}, data of {name} breaks its contract at {place_of(incident)}. Nothing is stopped."
        case State.HALTED:
            return f"Since {at}, data of {name} is stopped at {place_of(incident)}. Nobody looks after it yet."
        case State.ACKNOWLEDGED:
            what = "is stopped" if incident.stopped else "breaks its contract"
            return f"Since {at}, data of {name} {what} at {place_of(incident)}."
        case State.FIXED if incident.broken:
            return f"Said to be fixed; data of {name} does not flow yet at {place_of(incident)}."
        case State.FIXED:
            return f"Data of {name} flows again at {place_of(incident)} and keeps its contract."
        case State.ROLLED_BACK:
            still = f" {place_of(incident)} is still stopped." if incident.stopped else ""
            gone = f"Data of {name} went back to the last known good." if has_table(incident) else f"A revert is proposed for {name}."
            return f"{gone}{still}"
        case State.FALSE_ALARM:
            return f"A false alarm: data of {name} was right, and the guard wrong."
        case State.CORRECTED:
            return f"The contract is corrected: data of {name} was right, and the contract promised too much."
        case State.CLOSED:
            return f"Over. Data of {name} flows and keeps its contract."


#: News -> what happened, for a timeline; ``{who}`` is filled in.
HAPPENED: Mapping[News, str] = {
    News.OPENED: "the contract is broken; nothing is stopped",
    News.HALTED: "the data is stopped",
    News.SPREAD: "one more partition",
    News.ACKNOWLEDGED: "{who} looks after it",
    News.UNACKNOWLEDGED: "nobody has acknowledged it in time",
    News.NOT_FIXED: "it is not fixed in time",
    News.NOT_CONFIRMED: "not rolled back: Countersign does not find the contract broken in the sample that it was sent",
    News.BY_HAND: "time to go back, and the policy leaves that to a person",
    News.ROLLING_BACK: "going back to the last known good",
    News.ROLLED_BACK: "the data went back to the last known good",
    News.ROLLBACK_FAILED: "going back failed; the data stays stopped",
    News.UNDONE: "{who} took the rollback back: forward again",
    News.FIXED: "fixed, or said to be",
    News.CLOSED: "over",
    News.FALSE_ALARM: "{who} calls it a false alarm",
    News.CORRECTED: "{who} corrects the contract instead of the data",
}


#: The same, where no table goes back with the data.
_WITHOUT_TABLE: Mapping[News, str] = {
    News.ROLLING_BACK: "a revert of what probably did it is being proposed",
    News.ROLLED_BACK: "a revert of what probably did it is proposed; nothing in production changes until it is merged and deployed",
    News.ROLLBACK_FAILED: "no revert could be proposed; the data stays stopped",
}


def what_happened(incident: Incident, news: News, by: str) -> str:
    """For a timeline. by: `who` did it."""
    return (HAPPENED if has_table(incident) else {**HAPPENED, **_WITHOUT_TABLE})[news].format(who=by)


def line_of(incident: Incident, transition: Transition, secret: Mapping[str, frozenset[str]]) -> str:
    """A line of the timeline, without what was said: ``the data is stopped``."""
    by = who(transition.by, secret)
    if transition.news:
        return "; ".join(what_happened(incident, news, by) for news in transition.news)
    return {
        "Broke": "the guard reports again",
        "Resumed": "data flows again in one partition",
        "Confirmed": "Countersign has judged the evidence, and it holds",
        "StartRollback": f"{by} tells it to go back",
        "RevertSettled": "the revert",
        "UndoFailed": f"{by} could not take the rollback back",
    }.get(transition.event, f"{by}: {transition.event}")


def lasted(incident: Incident) -> str:
    """``1 h 20 min``, from the first report to the end; "" before it."""
    if incident.ended_at is None:
        return ""
    minutes = int((incident.ended_at - incident.opened_at).total_seconds()) // 60
    if minutes < 60:
        return count(minutes, "minute")
    return f"{minutes // 60} h {minutes % 60} min"
