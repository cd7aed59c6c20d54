"""People are told of an incident: by its issue, by page, chat, mail and webhook, quietly elsewhere; and acknowledge it, once."""

from __future__ import annotations

import hmac
import json
import re
from datetime import timedelta
from typing import Any

import requests
from tests.stories.guarding import Guard, operator
from tests.stories.organisation import MONDAY, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import holds

from countersign.demo.app import PAGER_KEY
from countersign.demo.people import PullRequest

JSON = Any

RUNTIME = "    runtime: {mode: halt, acknowledge_minutes: 30, fix_minutes: 120}\non_call: payments-oncall\n"
CHANNELS = """\
channels:
  payments-oncall:
    {pagerduty: PAGER_PAYMENTS, chat: CHAT_PAYMENTS, email: payments@acme.example, webhook: HOOK_PAYMENTS, lead: payments-lead}
  payments-lead: {pagerduty: PAGER_LEAD, issue: ORG/leads}
"""
#: Only the region may be shown, and the value of `amount` never.
PUBLIC = edited(ORDERS, [("{name: region, logicalType: string}", "{name: region, logicalType: string, classification: public}")])
BAD = '{"order_id": "o-2", "amount": 4711, "region": 7}'


def opened(acme: Organisation, *, channels: str = CHANNELS, **options: Any) -> Guard:
    """payments is on call, and orders is held to its contract."""
    owners = acme.team("data-governance")
    text = (
        f'version: 1\nrequire:\n  overrides: {{by: ["{owners}"], max_days: 14}}\nowners: ["{owners}"]\n{channels.replace("ORG", acme.name)}'
    )
    acme.has(".github", "data-governance", {POLICY: text})
    acme.publishes(more=RUNTIME, contract=PUBLIC, **options)
    acme.has("leads", "data-governance", {"README.md": "# What leads are told\n"})
    acme.reads("finance-analytics")
    acme.reads("customer-360", private=True, visitors=[])
    acme.installs()
    guard = Guard(acme)
    guard.gets_a_token()
    return guard


def breaks(guard: Guard) -> None:
    guard.reports(
        breaker="open",
        trip="t1",
        reason="bad",
        counts={"checked": 100, "bad": 40},
        enforced=[{"version": "1.4.0"}],
        broken=[
            {"path": ["orders", "amount"], "rule": "type", "count": 40, "found": "integer"},
            {"path": ["orders", "region"], "rule": "type", "count": 2, "found": "integer"},
        ],
        sample=[{"offset": "5", "value": BAD}],
        first_bad="5",
        last_good="4",
    )


def moves(acme: Organisation, minutes: float) -> None:
    acme.github.steer("POST", "/calendar", {"now": (MONDAY + timedelta(minutes=minutes)).isoformat()})
    acme.settle()


def issue(acme: Organisation, repository: str = "orders-service") -> JSON:
    [found] = acme.issues(acme.repositories[repository])
    return found


def told(acme: Organisation, kind: str) -> list[JSON]:
    """What arrived of this story. Pages are known by their key alone, for only the first of them says more."""
    number = re.search(r"Incident (\d+)", issue(acme)["title"])
    assert number
    found = acme.github.steer("GET", "/notifications", kind=kind)["received"]
    if kind == "page":
        return [one for one in found if one["body"]["dedup_key"].endswith(f":incident:{number.group(1)}")]
    return [one for one in found if f"{acme.name}/orders-service" in json.dumps(one["body"])]


def pages(acme: Organisation) -> list[tuple[str, str]]:
    """(who was paged, what was done)."""
    return [(one["to"].lstrip("0"), one["body"]["event_action"]) for one in told(acme, "page")]


def link_of(acme: Organisation) -> str:
    found = re.search(r"http://countersign\.example(/acknowledge/\S+)", told(acme, "chat")[0]["body"]["message"])
    assert found
    return f"{acme.stage.app.address}{found.group(1)}"


def timeline(acme: Organisation) -> list[tuple[str, str, str]]:
    """(event, who, how)."""
    number = re.search(r"Incident (\d+)", issue(acme)["title"])
    assert number
    shown = json.loads(operator(acme, "incidents", "show", number.group(1), "--format", "json"))
    return [(line["event"], line["by"]["who"], line["by"]["how"]) for line in shown["timeline"]]


def normal(text: str) -> str:
    """Without what differs from run to run: the incident's number, and marks made with the installation's key."""
    text = re.sub(r"#[a-z2-7]{10}\b", "#mark", text)
    return re.sub(r"(Incident |incident |incident:|show |undo )\d+", r"\1N", text)


def test_from_the_break_to_the_end_each_is_told_what_it_needs(empty: Organisation) -> None:
    acme = empty
    guard = opened(acme)
    breaks(guard)

    found = issue(acme)
    holds("telling-1-halted", normal(f"# {found['title']}\n\n{found['body']}\n"), acme)
    assert "4711" not in found["body"] and "`7`" in found["body"]
    assert pages(acme) == [("payments", "trigger")]
    [page] = told(acme, "page")
    assert page["status"] == 202 and page["body"]["links"][0]["href"].endswith(f"/issues/{found['number']}")
    [chat], [mail], [hook] = told(acme, "chat"), told(acme, "mail"), told(acme, "webhook")
    assert mail["to"] == "payments@acme.example" and chat["body"]["title"] == mail["body"]["subject"]
    seconds, _, digest = hook["headers"]["Countersign-Signature"].removeprefix("t=").partition(",v1=")
    assert digest == hmac.new(b"signs what goes to payments", f"{seconds}.{hook['body']}".encode(), "sha256").hexdigest()
    for one in (page, chat, mail, hook):
        assert "4711" not in json.dumps(one["body"])

    guard.reports(partition="0", breaker="open", trip="t1", reason="bad", counts={"checked": 10, "bad": 4})
    moves(acme, 4)
    assert len(acme.issues(acme.repositories["orders-service"])) == 1 and pages(acme) == [("payments", "trigger")]

    acme["pete"].comments(PullRequest(acme.repositories["orders-service"], found["number"]), "/countersign acknowledge")
    acme.settle()
    assert pages(acme) == [("payments", "trigger"), ("payments", "acknowledge")]
    assert "pete looks after it" in issue(acme)["body"]

    acme["pete"].comments(PullRequest(acme.repositories["orders-service"], found["number"]), "/countersign resolve")
    acme.settle()
    assert pages(acme)[-1] == ("payments", "resolve")
    guard.reports()
    assert issue(acme)["state"] == "closed"
    said = [one["body"] for one in acme.comments(acme.repositories["orders-service"], found["number"]) if "It took" in one["body"]]
    holds("telling-2-over", normal(said[-1]), acme)


def test_a_link_is_shown_by_get_and_acknowledges_once_by_post(empty: Organisation) -> None:
    acme = empty
    guard = opened(acme)
    breaks(guard)
    link = link_of(acme)

    for _ in range(3):  # a preview, a scanner, a person
        shown = requests.get(link, timeout=30)
    assert shown.status_code == 200 and '<form method="post">' in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer" and shown.headers["Cache-Control"] == "no-store"
    acme.settle()
    assert timeline(acme) == [("Broke", "", "guard")]
    assert requests.post(link, timeout=30, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403

    answers = [requests.post(link, timeout=30) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    acme.settle()
    assert timeline(acme) == [("Broke", "", "guard"), ("Acknowledge", "payments-oncall", "link")]
    after = requests.get(link, timeout=30).text
    assert "Somebody of payments-oncall looks after it" in after and "<form" not in after
    assert pages(acme) == [("payments", "trigger"), ("payments", "acknowledge")]

    for bad in (link[:-3], f"{acme.stage.app.address}/acknowledge/x.y"):
        assert requests.post(bad, timeout=30).status_code == 404


def test_a_link_that_was_not_used_for_a_day_does_nothing(empty: Organisation) -> None:
    acme = empty
    guard = opened(acme)
    breaks(guard)
    link = link_of(acme)
    moves(acme, 25 * 60)
    answer = requests.post(link, timeout=30)
    assert (answer.status_code, "expired" in answer.text) == (410, True)
    assert not any(event == "Acknowledge" for event, _, _ in timeline(acme))


def test_who_acknowledges_in_pagerduty_has_acknowledged_here(empty: Organisation) -> None:
    acme = empty
    guard = opened(acme)
    breaks(guard)
    key = told(acme, "page")[0]["body"]["dedup_key"]
    event = {
        "event": {
            "id": f"event-of-{acme.name}",
            "event_type": "incident.acknowledged",
            "resource_type": "incident",
            "occurred_at": "2026-03-02T09:05:00.000Z",
            "agent": {"type": "user_reference", "summary": "Pete P."},
            "data": {"type": "incident", "incident_key": key, "status": "acknowledged"},
        }
    }
    raw = json.dumps(event).encode()
    right = "v1=" + hmac.new(PAGER_KEY.encode(), raw, "sha256").hexdigest()
    address = f"{acme.stage.app.address}/pagerduty"
    for signature, status in (("v1=" + "0" * 64, 401), ("", 401), (f"v1={'0' * 64},{right}", 202), (right, 202)):
        assert requests.post(address, data=raw, headers={"X-PagerDuty-Signature": signature}, timeout=30).status_code == status
    acme.settle()
    assert timeline(acme) == [("Broke", "", "guard"), ("Acknowledge", "Pete P.", "pager")]


def test_when_nobody_answers_the_lead_is_paged_and_the_owners_are_told_again(empty: Organisation) -> None:
    acme = empty
    guard = opened(acme)
    breaks(guard)
    assert not acme.issues(acme.repositories["leads"])
    moves(acme, 31)
    assert ("lead", "trigger") in pages(acme)
    found = issue(acme, "leads")
    holds("telling-4-lead", normal(f"# {found['title']}\n\n{found['body']}\n"), acme)
    number = issue(acme)["number"]
    said = [one["body"] for one in acme.comments(acme.repositories["orders-service"], number)]
    assert any("Nobody has acknowledged it in time" in one for one in said)


def test_a_page_goes_out_while_github_is_away(empty: Organisation) -> None:
    acme = empty
    guard = opened(acme)
    for path in ("/repos/*", "/app/*", "/orgs/*", f"/{acme.name}/*"):
        acme.github.steer("POST", "/faults", {"path": path, "status": 502, "times": 10_000, "retry_after": 1})
    before = len(acme.github.steer("GET", "/notifications", kind="page")["received"])
    breaks(guard)
    left = {fault["path"]: fault["times"] for fault in acme.github.steer("GET", "/faults")}
    assert left[f"/{acme.name}/*"] < 10_000, "Git was not asked while it was away"
    pages = acme.github.steer("GET", "/notifications", kind="page")["received"][before:]
    assert [one["to"].lstrip("0") for one in pages] == ["payments"]
    assert [link["text"] for link in pages[0]["body"]["links"]] == ["Acknowledge"]
    assert pages[0]["body"]["payload"]["custom_details"]["Counted"] == "40 of 100 records break the contract"


def test_what_could_not_be_told_is_in_the_issue(empty: Organisation) -> None:
    acme = empty
    guard = opened(acme, channels="channels:\n  payments-oncall: {pagerduty: PAGER_OF_NOBODY}\n")
    breaks(guard)
    assert "### Not told" in issue(acme)["body"]
    assert "The secret PAGER&#95;OF&#95;NOBODY is not set" in issue(acme)["body"]


def test_a_reader_without_access_is_told_quietly_in_its_own_repository(empty: Organisation) -> None:
    acme = empty
    guard = opened(acme, private=True, visitors=["finance-analytics"])
    breaks(guard)
    found = issue(acme, "customer-360")
    holds("telling-3-elsewhere", normal(f"# {found['title']}\n\n{found['body']}\n"), acme)
    assert not acme.issues(acme.repositories["finance-analytics"])
    acme["pete"].comments(PullRequest(acme.repositories["orders-service"], issue(acme)["number"]), '/countersign false-alarm "a test"')
    acme.settle()
    assert issue(acme, "customer-360")["state"] == "closed"
