"""The one issue of an incident, in the producer's repository: kept in place while it lasts, closed with a last word."""

from __future__ import annotations

from countersign.model.incident import State
from countersign.model.incident_event import News
from countersign.model.incident_facts import IncidentFacts
from countersign.render import incident_parts as parts
from countersign.render.incident_words import happened, has_table, lasted, name_of, reasons, stands, state_sentence, what_happened, who
from countersign.render.markdown import code, plain
from countersign.render.words import clean, listed, moment, shortened

_LONGEST_TITLE = 200

_TITLES = {
    State.OPEN: "breaks its contract",
    State.HALTED: "is stopped",
    State.ACKNOWLEDGED: "is stopped, acknowledged",
    State.FIXED: "fixed",
    State.ROLLED_BACK: "went back to the last known good",
    State.CLOSED: "over",
    State.FALSE_ALARM: "a false alarm",
    State.CORRECTED: "the contract is corrected",
}


def incident_issue(facts: IncidentFacts) -> tuple[str, str]:
    """(title, body), as it stands now."""
    incident = facts.incident
    state = _TITLES[incident.state]
    if incident.state is State.ACKNOWLEDGED and not incident.stopped:
        state = "breaks its contract, acknowledged"
    if incident.state is State.ROLLED_BACK and not has_table(incident):
        state = "has a revert that waits"
    title = f"Incident {incident.number}: {name_of(incident)} at {clean(incident.source)} {state}"
    owners = parts.mentioned(list(facts.hit.owners), facts)
    head = f"{owners}: **{plain(stands(facts))}**" if owners else f"**{plain(stands(facts))}**"
    body = [
        head + parts.when_over(incident.close_by),
        _what(facts),
        parts.clocks(facts),
        parts.what_to_do(facts),
        parts.told_nobody(facts),
        parts.what_broke(facts),
        parts.samples(facts),
        parts.probably(facts.hit.probably),
        parts.hit(facts),
        parts.timeline(facts),
        "<sub>Kept up to date by Countersign, which adds no comment where nothing is asked of anybody.</sub>",
    ]
    return shortened(title, _LONGEST_TITLE), "\n\n".join(part for part in body if part)


def incident_comment(facts: IncidentFacts, news: News) -> str:
    """A comment for what asks something of the owners, because nobody is told of an edit."""
    owners = parts.mentioned(list(facts.hit.owners), facts)
    line = next((one for one in reversed(facts.timeline) if news in one.news), None)
    by = who(line.by, facts.secret) if line else "somebody"
    said = "".join(f"\n- {plain(text, 600)}" for text in (line.said if line else ()))
    sentence = f"{what_happened(facts.incident, news, by)}. {state_sentence(facts.incident)}"
    text = f"{plain(sentence[:1].upper() + sentence[1:], 600)}{said}\n\nThe text of this issue says what to do."
    return f"{owners}: {text}" if owners else text


def incident_over(facts: IncidentFacts) -> str:
    """The last word, when the issue is closed."""
    incident = facts.incident
    took = f" It took {lasted(incident)}." if lasted(incident) else ""
    counted = f" {plain(happened(facts))}." if happened(facts) else ""
    by = f" Looked after by {plain(who(incident.acknowledged, facts.secret))}." if incident.acknowledged else ""
    held = " What was set aside is still there: `countersign replay` feeds it back, each record once." if facts.counts.quarantined else ""
    return f"{plain(stands(facts))}{took}{counted}{by}{held}"


def _what(facts: IncidentFacts) -> str:
    incident = facts.incident
    versions = f", held to version {listed([code(one) for one in facts.versions], 4)}" if facts.versions else ""
    dataset = f", dataset {code(incident.dataset)}" if incident.dataset not in ("", incident.contract_id) else ""
    counted = f" {plain(happened(facts))}, since {moment(facts.first_at)}." if happened(facts) else ""
    why = f" Limit passed: {plain(reasons(incident))}." if reasons(incident) else ""
    return f"Contract {code(incident.contract, 160)}{dataset}{versions}.{counted}{why}"
