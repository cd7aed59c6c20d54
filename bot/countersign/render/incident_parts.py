"""The parts of an incident's issue, as Markdown."""

from __future__ import annotations

from datetime import datetime

from countersign.model.consumer import Registration
from countersign.model.incident import Part, Rollback, Suspected
from countersign.model.incident_event import Transition
from countersign.model.incident_facts import IncidentFacts, Sampled
from countersign.model.path import show
from countersign.render.incident_words import WAYS, broken_rule, line_of, otherwise
from countersign.render.markdown import code, link, mention, plain, prose, table
from countersign.render.readers import reader_name
from countersign.render.secrecy import names_shown, told_to
from countersign.render.words import clean, listed, moment, short_team

_MOST_FIELDS, _MOST_RECORDS, _MOST_READERS, _MOST_LINES, _MOST_PARTS = 20, 20, 30, 60, 20


_REPAIR = (
    "**Repair it** where the data is made, and deploy that; `/countersign deploy-fix COMMIT` lets it past a rule that holds deployments"
    " back. The guard tries a few records and, if they are good, goes on by itself; then this issue closes by itself, or at once with"
    " `/countersign resolve`. What was set aside is fed back with `countersign replay`."
)


def clocks(facts: IncidentFacts) -> str:
    """Who must do what by when; "" where no clock runs."""
    incident, rows = facts.incident, []
    if incident.acknowledge_by:
        rows.append([f"**{moment(incident.acknowledge_by)}**", "somebody acknowledges", plain(otherwise(facts))])
    if incident.fix_by:
        rows.append([f"**{moment(incident.fix_by)}**", "it is fixed, and the data flows", plain(otherwise(facts))])
    return table(("by", "what", "otherwise"), rows) if rows else ""


def what_to_do(facts: IncidentFacts) -> str:
    """The ways out, the next one first; "" for an incident that has ended."""
    incident = facts.incident
    if incident.ended:
        return ""
    ways = []
    if incident.acknowledged is None:
        goes_on = " It stops the first clock only; the second goes on." if incident.acknowledge_by else ""
        ways.append(f"**Take it:** comment `/countersign acknowledge` here.{goes_on}")
    if incident.rollback is Rollback.BY_HAND:
        ways.append("**Go back** to the last known good, if you decide so: comment `/countersign roll-back`.")
    if incident.rollback is Rollback.FAILED:
        ways.append(
            "**Going back failed**, and is not tried again by itself. The timeline says what was done and what was not;"
            " `/countersign roll-back` tries again."
        )
    if not incident.broken:
        ways.append(
            "**Nothing, if it holds.** To close it at once: comment `/countersign resolve`. What was set aside is fed back with"
            " `countersign replay`."
        )
    else:
        ways.append(_REPAIR)
    ways += [
        '**The data is right and the guard wrong:** comment `/countersign false-alarm "why"`.',
        '**The data is right and the contract promises too much:** comment `/countersign corrected "#123"`, and change the contract in a'
        " pull request.",
    ]
    if incident.rollback is Rollback.DONE:
        ways.append(f"**Forward again:** whoever runs Countersign may: `countersign incidents undo {incident.number}`.")
    lines = "\n".join(f"{number}. {way}" for number, way in enumerate(ways, 1))
    return f"### What to do\n{lines}\n\n<sub>Any of the owners may comment these; an edited comment counts as first written.</sub>"


def what_broke(facts: IncidentFacts) -> str:
    """Fields and rules, how often, and what the guards say besides."""
    rows = [[_path(one.path), plain(broken_rule(one.rule)), f"{one.count:,}"] for one in facts.broken[:_MOST_FIELDS]]
    parts = [table(("field", "what its values are", "records"), rows)] if rows else []
    left = len(facts.broken) - _MOST_FIELDS
    if left > 0:
        parts.append(f"And {left} more.")
    parts.append("\n".join(_part(one) for one in facts.incident.parts[:_MOST_PARTS]))
    parts += [f"The guard says: {plain(one)}" for one in facts.warnings[:5]]
    return "\n\n".join(["### What broke", *parts])


def _part(part: Part) -> str:
    """Where the first bad record is, for whoever repairs it."""
    name = f"Partition {code(part.partition)}" if part.partition else "The source"
    bad = f", first bad record at {code(part.first_bad)}" if part.first_bad else ""
    good = f", all delivered up to {code(part.last_good)}" if part.last_good else ""
    now = f"; flows again since {moment(part.resumed_at)}" if part.resumed_at else "; stopped" if part.halted else "; not stopped"
    return f"- {name}, since {moment(part.since)}{bad}{good}{now}"


def samples(facts: IncidentFacts) -> str:
    """Records that broke it. Values stand here only where the contract calls the field public."""
    if not facts.sample:
        return ""
    rows = [[plain(_where(one)), _path(one.path), plain(broken_rule(one.rule)), _value(one)] for one in facts.sample[:_MOST_RECORDS]]
    said = (
        "A value stands here only where the contract says `classification: public`. Of the others: what kind of value it is, and a mark"
        " that is the same for equal values."
    )
    return "### Some of the records\n" + table(("where", "field", "is", "value"), rows) + f"\n\n<sub>{said}</sub>"


def _where(one: Sampled) -> str:
    return f"{clean(one.partition)}, {clean(one.offset)}" if one.partition else clean(one.offset)


def _value(one: Sampled) -> str:
    if one.value is not None:
        return code(one.value)
    kind = plain(one.found) if one.found else "–"
    return f"{kind}, {code('#' + one.mark)}" if one.mark else kind


def _path(path: tuple[str, ...]) -> str:
    return code(show(path)) if path else "the whole record"


def probably(suspected: Suspected | None) -> str:
    """The change that came last before it broke, which is probably what did it."""
    if suspected is None:
        return ""
    how = "deployed" if suspected.deployed else "merged"
    on = f", {how} {moment(suspected.at)}" if suspected.at else ""
    what = f"#{suspected.pull}" if suspected.pull else f"commit {code(suspected.commit[:7])}"
    title = f" “{plain(suspected.title, 120)}”" if suspected.title else ""
    return f"### Probably\n{what}{title}{on}: it is the last change of this contract or its code before the first bad record."


def hit(facts: IncidentFacts) -> str:
    """Who reads what is broken, what of theirs may be wrong, and that they need do nothing."""
    names = names_shown(facts.secret)
    rows = [
        [_reader(entry, names), _reads(entry), _assets(entry)]
        for entry in sorted(facts.hit.readers, key=lambda entry: (entry.team, entry.product))
    ]
    rows += [
        [f"{_named(product.manager, names)}, who manages *{plain(product.name, 60)}*", "as an input", "–"]
        for product in facts.hit.products
        if product.manager not in {entry.team for entry in facts.hit.readers if entry.product == product.name}
    ]
    if not rows:
        return "### Who is hit\nNobody is registered as a reader of what is broken."
    left = f"\n\nAnd {len(rows) - _MOST_READERS} more." if len(rows) > _MOST_READERS else ""
    told = mentioned([*(entry.team for entry in facts.hit.readers), *(product.manager for product in facts.hit.products)], facts)
    return "### Who is hit\n" + table(("who", "reads", "may be wrong or stale"), rows[:_MOST_READERS]) + left + _quietly(told, facts)


def _quietly(told: str, facts: IncidentFacts) -> str:
    """The word to readers, who are told by it."""
    if not told or facts.incident.ended:
        return ""
    at = moment(facts.first_at)
    if facts.incident.stopped:
        how = f"what comes in since {at} is held back, so what you read gets old"
    elif facts.incident.broken:
        how = f"broken records come in since {at}; they are set aside, or let through and counted"
    else:
        how = "the data flows again"
    return f"\n\n{told}: {how}. You need do nothing; this issue says when it is over."


def mentioned(names: list[str], facts: IncidentFacts) -> str:
    """Those who may be told by name, so that GitHub tells them."""
    return listed([mention(name) for name in dict.fromkeys(told_to(names, facts.secret))], 20)


def _reader(entry: Registration, names: dict[str, str]) -> str:
    return names.get(entry.team) or reader_name(entry)


def _named(name: str, names: dict[str, str]) -> str:
    return names.get(name) or plain(short_team(name))


def _reads(entry: Registration) -> str:
    return listed([code(show(field)) for field in entry.fields], 6) if entry.fields else "all of it"


def _assets(entry: Registration) -> str:
    if entry.private or not entry.assets:
        return "–"
    return listed([link(f"{plain(one.kind)} {plain(one.name, 60)}", one.url) for one in entry.assets], 4)


def timeline(facts: IncidentFacts) -> str:
    lines = [line for transition in facts.timeline for line in _lines(transition, facts)]
    shown = lines[-_MOST_LINES:]
    earlier = [f"- {len(lines) - _MOST_LINES} earlier lines: `countersign incidents show {facts.incident.number}`"]
    return "\n".join(["### What happened", *(earlier if len(lines) > _MOST_LINES else []), *shown])


def _lines(transition: Transition, facts: IncidentFacts) -> list[str]:
    when = moment(transition.at)
    happened = plain(line_of(facts.incident, transition, facts.secret))
    said = "".join(f"\n  - {prose(text)}" for text in transition.said)
    way = f" ({prose(WAYS[transition.by.how])})" if transition.by.how in WAYS else ""
    return [f"- {when} · {happened}{way}{said}"]


def told_nobody(facts: IncidentFacts) -> str:
    """Channels that could not be told, so that somebody tells them by hand."""
    if not facts.untold:
        return ""
    lines = [f"- {code(name)}: {plain(why)}" for name, why in sorted(facts.untold.items())]
    return "### Not told\nThese could not be reached; tell them yourself.\n" + "\n".join(lines)


def when_over(at: datetime | None) -> str:
    return f" It is closed by itself at {moment(at)}, if nothing breaks again until then." if at else ""
