"""The organisation's page and a team's: what is said of the numbers, and of what is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.unit.web.pages import Nowhere

from countersign.model.access import Viewer
from countersign.model.fact import Owing
from countersign.model.glance import Glance, Lasting, RepositoryLine, RuleLine, TeamGlance, TeamLine, WaitLine
from countersign.model.score import Month, Period, Score, Spread
from countersign.web import Pages, create_app
from countersign.web.pages import organisation, team
from countersign.web.pages.site import Site

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PERIOD = Period(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
HOUR = timedelta(hours=1)
SCORE = Score(
    domain="payments & co",
    period=PERIOD,
    changes=40,
    caught=12,
    outages=2,
    past_gate=1,
    acknowledge=Spread(count=3, median=HOUR / 2, p90=2 * HOUR, still=1, oldest=HOUR),
    ready=1,
    repositories=2,
)
BEFORE = Score(domain="payments & co", period=PERIOD.before, changes=30, outages=1)
LINE = TeamLine(score=SCORE, before=BEFORE, need="unacknowledged", months=(Month(period=PERIOD, caught=3, escaped=1),))
WAIT = WaitLine(
    repository="acme/orders",
    number=7,
    contract="orders",
    domain="payments & co",
    reader="@acme/finance",
    reader_domain="finance",
    hours=50.5,
    reminders=2,
    over=False,
)
GAPPED = RepositoryLine(repository="acme/orders", contracts=("orders",), gaps=("Anybody may push to `main`.", "<b>x</b>"), audited_at=NOW)
ALL = Glance(
    total=SCORE,
    before=BEFORE,
    teams=(LINE,),
    incidents=Lasting(count=1, oldest=30 * HOUR),
    months=LINE.months,
    waits=(WAIT,),
    rules=(RuleLine(rule="field-removed", disputed=3, upheld=2),),
    passable=(GAPPED,),
)
OWN = TeamGlance(
    domain="payments & co",
    score=SCORE,
    before=BEFORE,
    need="unacknowledged",
    months=LINE.months,
    incidents=ALL.incidents,
    repositories=(GAPPED,),
    debts=(
        Owing(repository="acme/orders", number=3, contract="orders", fingerprint="f", way="override", weight=1, since=NOW, by=("gina",)),
    ),
    passed=(),
    notices=(),
    waits_for=(WAIT,),
    waited_for=(),
)


class Glances:
    def __init__(self, found: Glance) -> None:
        self._found = found
        self.asked: list[Period] = []

    def domains(self, viewer: Viewer) -> tuple[str, ...]:
        return ("payments & co",)

    def organisation(self, viewer: Viewer, period: Period) -> Glance:
        self.asked.append(period)
        return self._found

    def team(self, viewer: Viewer, domain: str, period: Period) -> TeamGlance | None:
        return OWN if domain == OWN.domain else None


def client(glances: Glances) -> FlaskClient:
    site = Site(lambda: NOW)
    links: Any = {"github_url": "https://github.example"}
    blueprints = [
        organisation.blueprint(site, glances, rules_url="https://docs.example/rules", **links),
        team.blueprint(site, glances, **links),
    ]
    pages = Pages(key=b"k" * 32, secure=False, blueprints=blueprints)
    return create_app(Nowhere(), lambda raw, said: False, lambda: "", pages=pages).test_client()


def words(page: str) -> str:
    return " ".join(page.replace("\n", " ").split())


def test_the_organisation_says_what_escaped_beside_the_period_before() -> None:
    page = words(client(Glances(ALL)).get("/").text)
    assert '<span class="big">3</span> <span class="was">was 1</span><span class="note">2 incidents, 1 past the gate' in page
    assert "the oldest for 30 h" in page and "90 % within 2 h · from only 3 · 1 not acknowledged" in page
    assert "nobody looks after an incident" in page and "1 of 2" in page and "still waits" in page


def test_without_anything_in_the_period_before_nothing_is_compared() -> None:
    empty = Glance(total=SCORE, before=Score(period=PERIOD.before), teams=())
    assert 'class="was"' not in client(Glances(empty)).get("/").text


def test_text_of_others_is_text() -> None:
    page = client(Glances(ALL)).get("/").text
    assert "&lt;b&gt;x&lt;/b&gt;" in page and "<b>x" not in page and "payments &amp; co" in page


def test_whoever_does_not_lead_sees_their_teams_and_no_sums() -> None:
    page = client(Glances(Glance(total=None, before=None, teams=(LINE,)))).get("/").text
    assert "<h1>Your teams</h1>" in page and "payments &amp; co" in page
    assert not any(said in page for said in ("Escaped to production", "The longest waits", '<svg class="chart"'))


def test_whoever_is_in_no_team_is_told_how_teams_come_here() -> None:
    assert "You are in no team that owns or reads a contract" in client(Glances(Glance(total=None, before=None, teams=()))).get("/").text


def test_the_period_of_the_address_is_asked_for_and_kept_in_links() -> None:
    glances = Glances(ALL)
    page = client(glances).get("/?period=2026Q3").text
    assert [f"{one.since:%Y-%m-%d} {one.until:%Y-%m-%d}" for one in glances.asked] == ["2026-07-01 2026-10-01"]
    assert 'href="/teams/payments%20%26%20co?period=2026Q3"' in page


def test_half_a_quarter_is_not_put_beside_a_whole_one_without_saying_so() -> None:
    browser = client(Glances(ALL))
    assert "Q4 2026 so far, day 54 of 92, beside the whole period before it." in browser.get("/").text
    for over in ("period=2026Q3", "period=90d", "since=2026-11-01&until=2026-11-23"):
        assert ", beside the period before it." in browser.get(f"/?{over}").text


def test_choosing_a_domain_leads_to_its_page() -> None:
    answer = client(Glances(ALL)).get("/?domain=payments+%26+co&since=2026-10-01&until=2026-10-31")
    assert answer.headers["Location"] == "/teams/payments%20%26%20co?since=2026-10-01&until=2026-10-31"


def test_a_team_has_its_debts_and_waits_as_tables_to_take_along() -> None:
    browser = client(Glances(ALL))
    assert browser.get("/teams/payments%20%26%20co").status_code == 200
    rows = browser.get("/teams/payments%20%26%20co?table=waits_for&format=json").json["rows"]
    assert rows[0]["pull_request_url"] == "https://github.example/acme/orders/pull/7" and rows[0]["hours"] == 50.5
    assert browser.get("/teams/payments%20%26%20co?table=debts&format=json").json["rows"][0]["state"] == "unpaid"


@pytest.mark.parametrize("path", ["/teams/nobody", "/teams/a/b"])
def test_a_team_that_one_may_not_see_is_not_found(path: str) -> None:
    answer = client(Glances(ALL)).get(path)
    assert answer.status_code == 404 and "not one of yours" in answer.text


def test_the_teams_of_the_page_are_a_csv_with_units_in_its_columns() -> None:
    text = client(Glances(ALL)).get("/?table=teams&format=csv").data.decode("utf-8-sig")
    head, row = text.splitlines()
    assert head.startswith("team,needs,escaped,caught,acknowledge_hours,resolve_hours") and ",3,12,0.5," in row
