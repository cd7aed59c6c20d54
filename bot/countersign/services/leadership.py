"""The week in plain words, told to the channels that the organisation's policy names in ``leadership: {digest: […]}``.

That it was told, and with which head of the ledger, is in the ledger first (``leadership-digest`` {week, sequence, digest}, under the
organisation's ``.github``). For a day what follows is planned again under the same names: a crash loses nothing, and nothing comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from countersign.model.command import Command, OpenIssue
from countersign.model.fact import Facts
from countersign.model.policy import Policy
from countersign.model.score import Period
from countersign.model.week import Week
from countersign.render.leadership import sentences, week_issue, week_message
from countersign.scores import Domains, of_organisation, score
from countersign.services.context import Ports
from countersign.services.in_force import is_organisation
from countersign.services.report import organisation_policy
from countersign.services.scores import Scores
from countersign.services.telling import message_by

#: The ledger's kind.
DIGEST = "leadership-digest"
_WEEK = timedelta(days=7)
_AGAIN = timedelta(days=1)


def weekly_leadership(ports: Ports) -> list[Command]:
    """Of the last whole week, Monday to Sunday in UTC; once it is over, or as soon as we run again."""
    now = ports.calendar.now()
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0)
    facts: Facts | None = None
    oldest = ports.records.entries_after(0, 1)
    if not oldest or oldest[0]["at"] >= monday:
        return []  # of a week in which nobody watched there is nothing to tell
    commands: list[Command] = []
    for home in sorted(row.name for row in ports.records.repositories() if is_organisation(row.name)):
        policy = organisation_policy(ports, home.split("/")[0])
        if policy is None or not policy.digest:
            continue
        head = _noted(ports, home, monday, now)
        if head is not None:
            facts = facts or Scores(ports).facts()
            commands += _told(ports, home, policy, _week(ports, home, facts, Period(monday - _WEEK, monday), head))
    return commands


def _noted(ports: Ports, home: str, monday: datetime, now: datetime) -> tuple[int, str] | None:
    """The head that is printed this week; None if it was told more than a day ago."""
    week = f"{monday - _WEEK:%Y-%m-%d}"
    sequence, digest = ports.records.ledger_head()
    what = {"week": week, "sequence": sequence, "digest": digest}
    ports.records.write_ledger(DIGEST, home, 0, now, what, once=f"{DIGEST}:{home}:{week}")
    noted = next(row for row in reversed(ports.records.ledger(kind=DIGEST, repository=home)) if row["what"]["week"] == week)
    return (noted["what"]["sequence"], noted["what"]["digest"]) if now - noted["at"] < _AGAIN else None


def _week(ports: Ports, home: str, facts: Facts, period: Period, head: tuple[int, str]) -> Week:
    organisation = home.split("/")[0]
    domains = Domains([one for one in ports.records.owned() if one.repository.split("/")[0].lower() == organisation.lower()])
    mine = of_organisation(facts, organisation)
    return Week(
        organisation=organisation,
        total=score(mine, domains, period, period.until),
        before=score(mine, domains, period.before, period.since),
        teams=tuple(score(mine, domains, period, period.until, name) for name in domains.names),
        head=head,
        url=ports.public_url,
    )


def _told(ports: Ports, home: str, policy: Policy, week: Week) -> Iterator[Command]:
    once = f"{DIGEST}:{home}:{week.total.period.since:%Y-%m-%d}"
    title, body = week_issue(week)
    data = {
        "kind": "leadership-digest",
        "organisation": week.organisation,
        "since": week.total.period.since.isoformat(),
        "until": week.total.period.until.isoformat(),
        "sentences": list(sentences(week)),
        "head": {"sequence": week.head[0], "digest": week.head[1]},
    }
    for name in policy.digest:
        channel = policy.channels[name]
        yield from message_by(channel, week_message(week), home=home, once=once, notification=data)
        if channel.issue and ports.records.repository(channel.issue) is not None:
            yield OpenIssue(repository=channel.issue, marker=f"countersign:{once}", title=title, body=body)
