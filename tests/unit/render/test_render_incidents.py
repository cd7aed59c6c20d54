"""An incident as people read it who were asleep a minute ago, beside golden files; and what none of its texts may ever show."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.model.incident_event import Due, News, RolledBack
from countersign.model.incident_facts import IncidentFacts
from countersign.model.runtime import Runtime
from countersign.render import (
    acknowledged_already,
    channel_issue,
    discreet_readers_issue,
    expired_link,
    incident_comment,
    incident_issue,
    incident_message,
    incident_notification,
    incident_over,
    incident_page,
    readers_issue,
    readers_over,
    to_acknowledge,
)
from countersign.render.incident_messages import inert

_spec = importlib.util.spec_from_file_location("render_incidents", Path(__file__).with_name("incidents.py"))
assert _spec and _spec.loader
at = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(at)

GOLDEN = Path(__file__).parents[2] / "golden" / "render"
LINK = "https://countersign.acme.example/acknowledge/abc.def"


def matches_golden(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    wanted = file.read_text(encoding="utf-8") if file.exists() else ""
    if text != wanted:
        diff = unified_diff(wanted.splitlines(), text.splitlines(), f"golden/{name}", "now", lineterm="")
        pytest.fail("the text changed (UPDATE_GOLDEN=1 accepts it):\n" + "\n".join(diff))


def whole(facts: IncidentFacts) -> str:
    title, body = incident_issue(facts)
    return f"# {title}\n\n{body}\n"


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("open", at.OPEN),
        ("halted", at.HALTED),
        ("spread", at.SPREAD),
        ("acknowledged", at.ACKNOWLEDGED),
        ("not-confirmed", at.NOT_CONFIRMED),
        ("rolled-back", at.ROLLED_BACK),
        ("rollback-failed", at.FAILED),
        ("fixed", at.FIXED),
        ("closed", at.CLOSED),
        ("false-alarm", at.FALSE_ALARM),
    ],
)
def test_the_issue_says_how_it_stands_and_what_to_do(name: str, facts: IncidentFacts) -> None:
    last = f"\n---\n{incident_over(facts)}\n" if facts.incident.ended else ""
    matches_golden(f"incident-{name}.md", whole(facts) + last)


@pytest.mark.parametrize(
    ("facts", "news"),
    [
        (at.OPEN, News.OPENED),
        (at.HALTED, News.HALTED),
        (at.ACKNOWLEDGED, News.ACKNOWLEDGED),
        (at.NOT_CONFIRMED, News.NOT_CONFIRMED),
        (at.ROLLED_BACK, News.ROLLED_BACK),
        (at.FAILED, News.ROLLBACK_FAILED),
        (at.FIXED, News.FIXED),
        (at.CLOSED, News.CLOSED),
    ],
)
def test_a_message_says_what_where_since_and_what_next(facts: IncidentFacts, news: News) -> None:
    asked = facts.incident.acknowledged is None and not facts.incident.ended
    message = incident_message(facts, news, acknowledge=LINK if asked else "")
    matches_golden(f"incident-message-{news.value}.txt", f"{message.subject}\n\n{message.body}\n")


def test_a_page_and_a_notification_say_the_same_in_fields() -> None:
    page = incident_page(at.HALTED, News.HALTED, key="countersign:1:incident:7", acknowledge=LINK)
    shown = {
        "summary": page.summary,
        "source": page.source,
        "severity": page.severity.value,
        "details": dict(page.details),
        "links": page.links,
    }
    said = {"page": shown, "notification": incident_notification(at.HALTED, News.HALTED, 1)}
    matches_golden("incident-page.json", json.dumps(said, indent=1, ensure_ascii=False) + "\n")


def test_what_asks_something_of_the_owners_is_a_comment_too() -> None:
    said = [incident_comment(at.ROLLED_BACK, News.UNACKNOWLEDGED), incident_comment(at.FAILED, News.ROLLBACK_FAILED)]
    matches_golden("incident-comments.md", "\n\n---\n\n".join(said) + "\n")


def test_readers_elsewhere_are_told_quietly_and_where_more_people_read_without_names() -> None:
    title, body = readers_issue(at.HALTED, [at.FINANCE], ["@mia"])
    hidden_title, hidden = discreet_readers_issue(at.HALTED, [at.FINANCE])
    over = readers_over(at.CLOSED, discreet=False)
    matches_golden("incident-readers.md", "\n\n---\n\n".join([f"# {title}\n\n{body}", f"# {hidden_title}\n\n{hidden}", over]) + "\n")
    for name in ("orders", "amount", "kafka", "Revenue", "payments"):
        assert name not in hidden_title + hidden + readers_over(at.CLOSED, discreet=True)


def test_the_page_behind_a_link_shows_before_it_asks() -> None:
    pages = [to_acknowledge(at.HALTED, "payments-oncall"), acknowledged_already(at.ACKNOWLEDGED), acknowledged_already(at.CLOSED)]
    pages.append(expired_link(at.HALTED.url))
    lines = []
    for page in pages:
        lines += [f"# {page.title} ({page.status})", page.sentence, *(f"{label}: {text}" for label, text in page.rows)]
        lines += [f"[{page.button}]" if page.button else "(no button)", page.note, ""]
    matches_golden("incident-acknowledge-page.txt", "\n".join(lines))


def _all_texts(facts: IncidentFacts) -> Iterator[str]:
    for news in News:
        message = incident_message(facts, news, acknowledge=LINK)
        yield from (message.subject, message.body, repr(incident_page(facts, news, key="k")), repr(incident_notification(facts, news, 1)))
    yield repr(to_acknowledge(facts, "c"))
    yield "".join(readers_issue(facts, [at.FINANCE]))


def test_no_value_ever_leaves_the_repository_and_there_only_public_ones_are_shown() -> None:
    assert "EU-NEW" in whole(at.HALTED)
    assert "`#zz81m0p4cd`" in whole(at.HALTED) and "string of 300" in whole(at.HALTED)
    for text in _all_texts(at.HALTED):
        assert "EU-NEW" not in text


def test_a_secret_team_and_its_members_are_named_nowhere() -> None:
    secret = {"@acme/customer-360": frozenset({"carla"}), "@acme/payments": frozenset({"pete"})}
    facts = replace(at.CLOSED, secret=secret)
    for text in [whole(facts), incident_over(facts), incident_comment(facts, News.ACKNOWLEDGED), *_all_texts(facts)]:
        assert "customer-360" not in text and "pete" not in text
    assert "a secret team" in whole(facts)


HOSTILE = "<!channel> @everyone [x](javascript:1) `|\n## boo http://evil.example \u202e"


def test_a_hostile_name_pings_nobody_and_shapes_nothing() -> None:
    named = replace(at.HALTED.incident, source=HOSTILE, parts=tuple(replace(one, partition=HOSTILE) for one in at.HALTED.incident.parts))
    facts = replace(at.HALTED, incident=named, warnings=(HOSTILE,), broken=(replace(at.HALTED.broken[0], path=("orders", HOSTILE)),))
    title, body = incident_issue(facts)
    message = incident_message(facts, News.HALTED)
    _, kept = channel_issue(facts, News.HALTED)
    assert "\n## boo" not in body and "\u202e" not in title + body + message.subject + message.body
    for text in (message.subject, message.body):
        assert "<!channel>" not in text and "@everyone" not in text and "http://evil" not in text
    assert len(message.body.splitlines()) < 10 and "\n" not in message.subject
    assert "@everyone" not in body.replace("`", "").replace("@\u200b", "") and "@everyone" not in kept


def test_whatever_happens_has_words() -> None:
    line = at.HALTED.timeline[0]
    for news in News:
        facts = replace(at.HALTED, timeline=(line, replace(line, news=(news,))))
        assert incident_comment(facts, news) and incident_message(facts, news).subject and incident_issue(facts)


@given(st.text(max_size=60))
def test_no_text_pings_links_or_breaks_a_line_in_a_chat(text: str) -> None:
    shown = inert(text)
    assert not re.search(r"@\w|[<>]|://", shown) and len(shown.splitlines()) <= 1


def test_a_long_history_is_cut_and_says_where_the_rest_is() -> None:
    facts = replace(at.HALTED, timeline=at.HALTED.timeline * 200)
    assert "140 earlier lines: `countersign incidents show 7`" in whole(facts)


def test_a_channel_that_could_not_be_told_is_in_the_issue() -> None:
    facts = replace(at.HALTED, untold={"payments-oncall (page)": "The secret PAGER_PAYMENTS is not set."})
    assert "### Not told" in whole(facts) and "`payments-oncall (page)`: The secret PAGER&#95;PAYMENTS is not set." in whole(facts)


def test_where_no_table_goes_back_nothing_is_said_to_have_gone_back() -> None:
    events = (0, at.BROKE), (30, Due()), (31, RolledBack(what=("Pull request #43 reverts 1a2b3c4.",)))
    facts = at.after(*events, runtime=Runtime())
    _, issue = incident_issue(facts)
    message = incident_message(facts, News.ROLLED_BACK)
    for text in (issue, message.body, incident_comment(facts, News.ROLLED_BACK)):
        assert "last known good" not in text and "A revert is proposed for orders" in text
    assert message.subject.startswith("REVERT PROPOSED: orders")
    assert "review, merge and deploy the revert" in message.body
