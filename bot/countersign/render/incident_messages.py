"""An incident in a page, a chat, a mail or a webhook: what, where, since when, what to do next. Never a value of the data."""

from __future__ import annotations

from typing import Any

from countersign.model.incident import ENDS, Rollback
from countersign.model.incident_event import News
from countersign.model.incident_facts import IncidentFacts
from countersign.model.telling import Message, Page, PageAction, Severity
from countersign.render.incident_words import (
    fields_broken,
    happened,
    has_table,
    lasted,
    name_of,
    otherwise,
    place_of,
    reasons,
    since,
    stands,
)
from countersign.render.markdown import link, plain
from countersign.render.words import clean, moment, shortened

_LONGEST_SUBJECT = 140

_SUBJECTS = {
    News.OPENED: "Broken: {data} at {source}",
    News.HALTED: "STOPPED: {data} at {source}",
    News.SPREAD: "Spreads: {data} at {source}",
    News.ACKNOWLEDGED: "Acknowledged: {data} at {source}",
    News.UNACKNOWLEDGED: "NOBODY ANSWERS: {data} at {source} is stopped",
    News.NOT_FIXED: "NOT FIXED: {data} at {source}",
    News.NOT_CONFIRMED: "NOT ROLLED BACK, not confirmed: {data} at {source}",
    News.BY_HAND: "ROLL BACK BY HAND: {data} at {source}",
    News.ROLLING_BACK: "Going back: {data} at {source}",
    News.ROLLED_BACK: "ROLLED BACK: {data} at {source}",
    News.ROLLBACK_FAILED: "ROLLBACK FAILED: {data} at {source}",
    News.UNDONE: "Forward again: {data} at {source}",
    News.FIXED: "Fixed: {data} at {source}",
    News.CLOSED: "Over: {data} at {source}",
    News.FALSE_ALARM: "False alarm: {data} at {source}",
    News.CORRECTED: "Contract corrected: {data} at {source}",
}
#: The same, where no table goes back with the data.
_WITHOUT_TABLE = {
    News.ROLLING_BACK: "A revert is being proposed: {data} at {source}",
    News.ROLLED_BACK: "REVERT PROPOSED: {data} at {source}",
    News.ROLLBACK_FAILED: "NO REVERT PROPOSED: {data} at {source}",
}
#: After these it is not loud any more.
_QUIET = frozenset({News.OPENED, News.SPREAD})


def incident_message(facts: IncidentFacts, news: News, *, acknowledge: str = "") -> Message:
    """For chat and mail. acknowledge: the signed link, "" where there is none."""
    incident = facts.incident
    lines = [
        ("What", stands(facts)),
        ("Where", f"{place_of(incident)}; contract {clean(incident.contract)}"),
        ("Why", reasons(incident)),
        ("Counted", happened(facts)),
        ("Fields", fields_broken(facts.broken)),
        ("Probably", _probably(facts)),
        ("Next", next_step(facts)),
        ("Said", " ".join(_said(facts, news))),
        ("Acknowledge", acknowledge),
        ("Incident", facts.url),
    ]
    body = "\n".join(f"{label}: {text if label in ('Acknowledge', 'Incident') else inert(text)}" for label, text in lines if text)
    return Message(subject=subject(facts, news), body=body)


def incident_page(facts: IncidentFacts, news: News, *, key: str, acknowledge: str = "") -> Page:
    """A page that is triggered. key: of all pages of this incident."""
    incident = facts.incident
    links = [(facts.url, "The incident's issue"), (acknowledge, "Acknowledge")]
    details = {
        "What": stands(facts),
        "Why": reasons(incident),
        "Counted": happened(facts),
        "Fields": fields_broken(facts.broken, 10),
        "Probably": _probably(facts),
        "Next": next_step(facts),
        "Said": " ".join(_said(facts, news)),
    }
    return Page(
        action=PageAction.TRIGGER,
        key=key,
        summary=subject(facts, news),
        source=place_of(incident),
        severity=Severity.WARNING if news in _QUIET else Severity.CRITICAL,
        component=clean(incident.contract),
        group=clean(incident.source),
        at=since(incident),
        details={name: text for name, text in details.items() if text},
        links=tuple((href, text) for href, text in links if href),
    )


def incident_notification(facts: IncidentFacts, news: News, revision: int) -> dict[str, Any]:
    """A webhook's body; docs/incidents.md describes it. Nothing in it changes its meaning; more may be added."""
    incident = facts.incident
    return {
        "version": 1,
        "news": news.value,
        "sentence": stands(facts),
        "incident": {
            "number": incident.number,
            "revision": revision,
            "contract": incident.contract,
            "dataset": incident.dataset,
            "source": incident.source,
            "state": incident.state.value,
            "partitions": [{"partition": part.partition, "stopped": part in incident.stopped} for part in incident.parts],
            "opened_at": incident.opened_at.isoformat(),
            "halted_at": incident.halted_at.isoformat() if incident.halted_at else None,
            "acknowledge_by": incident.acknowledge_by.isoformat() if incident.acknowledge_by else None,
            "fix_by": incident.fix_by.isoformat() if incident.fix_by else None,
            "ended_at": incident.ended_at.isoformat() if incident.ended_at else None,
            "url": facts.url,
        },
        "counts": {name: getattr(facts.counts, name) for name in ("checked", "bad", "quarantined", "missing", "duplicate", "late")},
        "broken": [{"path": list(one.path), "rule": one.rule, "count": one.count} for one in facts.broken],
    }


def subject(facts: IncidentFacts, news: News) -> str:
    """One line. Loud in capitals only where somebody has to act."""
    incident = facts.incident
    subjects = _SUBJECTS if has_table(incident) else {**_SUBJECTS, **_WITHOUT_TABLE}
    text = subjects[news].format(data=name_of(incident), source=clean(incident.source))
    return inert(f"{shortened(text, _LONGEST_SUBJECT)} (incident {incident.number})")


def next_step(facts: IncidentFacts) -> str:
    """What is asked, of whom, by when."""
    incident = facts.incident
    if incident.state in ENDS:
        return f"nothing; it took {lasted(incident)}"
    if incident.acknowledge_by:
        return f"acknowledge by {moment(incident.acknowledge_by)}; otherwise {otherwise(facts)}"
    if incident.rollback is Rollback.BY_HAND:
        return "decide whether to go back: /countersign roll-back in the issue"
    if incident.rollback is Rollback.FAILED:
        return "look at what was done and what was not; it is not tried again by itself"
    if incident.fix_by:
        return f"fix it by {moment(incident.fix_by)}; otherwise {otherwise(facts)}"
    if incident.close_by:
        return f"nothing, if it holds: it is closed at {moment(incident.close_by)}"
    if incident.rollback is Rollback.DONE and not has_table(incident):
        return "review, merge and deploy the revert, or repair it where the data is made; then the guard goes on by itself"
    return "repair it where the data is made; then the guard goes on by itself"


def inert(text: str) -> str:
    """One line that pings nobody and makes no link or tag in a chat, whatever a contract or a source is called."""
    return clean(text).replace("@", "@\u200b").replace("<", "‹").replace(">", "›").replace("://", ":\u200b//")


def _said(facts: IncidentFacts, news: News) -> tuple[str, ...]:
    """What was said with the news: why, or what was done and what was not."""
    line = next((one for one in reversed(facts.timeline) if news in one.news), None)
    return tuple(shortened(clean(text), 300) for text in line.said[:10]) if line else ()


def _probably(facts: IncidentFacts) -> str:
    one = facts.hit.probably
    if one is None:
        return ""
    what = f"pull request {one.pull}" if one.pull else f"commit {one.commit[:7]}"
    return f"{what}, “{shortened(clean(one.title), 120)}”" if one.title else what


def channel_issue(facts: IncidentFacts, news: News) -> tuple[str, str]:
    """(title, body) of the issue in a channel's own repository: what the messages say, kept in place."""
    told = incident_message(facts, news)
    lines = [f"- {plain(line, 1000)}" for line in told.body.splitlines() if facts.url not in line or not facts.url]
    more = [f"\n{link('The incident', facts.url)}, in the producer's repository, has the rest."] if facts.url else []
    return subject(facts, news), "\n".join([*lines, *more])
