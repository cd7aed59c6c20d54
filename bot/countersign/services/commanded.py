"""A comment or a review that commands something in a pull request: what it says is kept, judged by, and answered."""

from __future__ import annotations

from datetime import timedelta

from countersign.model.command import Command
from countersign.model.github import PullRequestRow
from countersign.services.answering import answer
from countersign.services.command_line import overrides_of, said_in, statements_of
from countersign.services.context import Ports
from countersign.services.dismissals import dismissals
from countersign.services.review_pull_request import review_pull_request

#: The kind under which the ledger has each answer, and to whom.
ANSWERED = "answered"
#: Answers in one pull request within an hour: to one person, so that nobody's noise silences the answers to others, and in all. GitHub
#: allows an App 500 comments an hour, and anybody may write commands.
MOST_AN_HOUR = 20
MOST_IN_ALL = 100
#: A head is judged anew at most so often because somebody asks; each time posts a check run.
_RECHECK = timedelta(minutes=1)


def commanded(
    ports: Ports, repository: str, number: int, body: str, *, by: str, user: int, url: str, source: int, judge: bool = False
) -> list[Command]:
    """The commands of a text whose author wrote it just now (GATE §4: they count as received, edits never).

    user: GitHub's number of the account. source: the comment's id, or minus the review's.
    judge: the pull request is judged whatever the text says.
    """
    heard = said_in(body)
    row, home = ports.records.pull_request(repository, number), ports.records.repository(repository)
    is_open = row is None or row.state == "open"
    kept = is_open and _keep(ports, repository, number, source, body, by, user, url)
    anew = any(said.verb == "recheck" for said in heard) and row is not None and may_recheck(ports, row, source)
    commands = review_pull_request(ports, repository, number, anew=anew) if judge or kept or anew else []
    if heard and row is not None and home is not None and may_answer(ports, repository, number, by, source):
        once = f"answered:{repository}:{source}"
        ports.records.write_ledger(ANSWERED, repository, number, ports.calendar.now(), {"by": by.lower(), "source": source}, once=once)
        marker = str(source) if source > 0 else f"review:{-source}"
        commands = [*commands, answer(ports, home, row, heard, login=by, url=url, marker=marker)]
    return commands


def may_answer(ports: Ports, repository: str, number: int, by: str, source: int) -> bool:
    """Not more often than people read. What was answered already may be answered again, after a crash."""
    since = ports.calendar.now() - timedelta(hours=1)
    answered = ports.records.ledger(kind=ANSWERED, repository=repository, number=number)
    recent = [row["what"]["by"] for row in answered if row["at"] > since and row["what"]["source"] != source]
    return len(recent) < MOST_IN_ALL and recent.count(by.lower()) < MOST_AN_HOUR


def may_recheck(ports: Ports, row: PullRequestRow, source: int) -> bool:
    """Written before the check run is asked for: one that gets lost is asked for again a minute later."""
    now = ports.calendar.now()
    asked = ports.records.ledger(kind="recheck", repository=row.repository, number=row.number)
    if any(one["what"]["head"] == row.head and one["at"] > now - _RECHECK for one in asked if one["what"]["source"] != source):
        return False
    what = {"head": row.head, "source": source}
    ports.records.write_ledger("recheck", row.repository, row.number, now, what, once=f"recheck:{row.repository}:{source}")
    return True


def _keep(ports: Ports, repository: str, number: int, source: int, body: str, by: str, user: int, url: str) -> bool:
    """Keep what a text states; whether there was anything."""
    now, records = ports.calendar.now(), ports.records
    judgements = records.judgements(repository, number)
    shown = judgements[-1].fingerprints if judgements else frozenset()
    overrides = tuple(overrides_of(body, by=by, user=user, at=now, url=url, shown=shown))
    for override in overrides:
        records.keep_override(repository, number, source, override)
        what = {"fingerprints": list(override.fingerprints), "by": by, "reason": override.reason, "until": override.until.isoformat()}
        once = f"override:{repository}:{source}:{' '.join(override.handles)}"
        records.write_ledger("override", repository, number, now, what, once=once)
    statements = tuple(statements_of(body, by=by, user=user, at=now, url=url, shown=shown))
    for statement in statements:
        records.keep_statement(repository, number, source, statement)
        what = {"fingerprints": list(statement.fingerprints), "by": by, "reason": statement.reason}
        once = f"{statement.kind}:{repository}:{source}:{' '.join(statement.handles)}"
        records.write_ledger(statement.kind.value, repository, number, now, what, once=once)
    dismissed = dismissals(ports, repository, number, body, by=by, user=user, url=url, source=source)
    return bool(overrides or statements or dismissed)
