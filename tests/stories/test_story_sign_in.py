"""People sign in to the pages with GitHub, and see what is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stories.browsing import Browser
from tests.stories.organisation import POLICY, Organisation
from tests.stories.staging import local_github, organisation

from countersign.demo.launch import Stage


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with local_github(tmp_path_factory.mktemp("stage"), sign_in=True) as made:
        yield made


@pytest.fixture
def acme(asking: Stage, tmp_path: Path) -> Iterator[Organisation]:
    for made in organisation(asking, tmp_path):
        owners = made.team("data-governance")
        made.has(".github", "data-governance", {POLICY: f'version: 1\nowners: ["{owners}"]\nleaders: ["{owners}"]\n'})
        made.publishes()
        made.reads("finance-analytics")
        made.installs()
        yield made


def test_nothing_is_public_and_whoever_signs_in_comes_to_the_page_that_was_asked_for(acme: Organisation) -> None:
    browser = Browser(acme.stage)
    page = browser.signs_in("sam", "/?period=90d")
    assert page.status_code == 200 and page.url.endswith("/?period=90d") and "sam" in page.text
    assert browser.post("/sign-out").status_code == 200
    assert "Sign in with GitHub" in browser.get("/").text


def test_somebody_of_no_organisation_is_told_why_there_is_nothing(acme: Organisation) -> None:
    mallory = acme.outsider("mallory")
    page = Browser(acme.stage).signs_in(mallory.login)
    assert page.status_code == 403 and "in no organisation that this Countersign works for" in page.text


def test_who_signed_in_is_asked_of_github_once_and_the_secret_is_in_no_log(acme: Organisation) -> None:
    before = acme.github.last_call()
    Browser(acme.stage).signs_in("sue")
    assert [call["path"] for call in acme.github.calls(before) if call["actor"].startswith("authorised:")] == ["/user"]
    log = acme.stage.app.log.read_text()
    assert acme.stage.acme.credentials["client_secret"] not in log and "ghu_" not in log and "code=" not in log


def test_leaders_see_every_team_and_members_their_own(acme: Organisation) -> None:
    seen = {}
    for login in ("ada", "gina", "paula", "fiona", "otto"):
        browser = Browser(acme.stage)
        page = browser.signs_in(login)
        teams = [one["team"] for one in browser.get("/?table=teams&format=json").json()["rows"]]
        seen[login] = ("The organisation at a glance" in page.text, sorted(set(teams) & {"payments", "finance-analytics"}))
        assert browser.get("/teams/payments").status_code == (200 if "payments" in teams else 404)
    assert seen == {
        "ada": (True, ["finance-analytics", "payments"]),  # owns the organisation
        "gina": (True, ["finance-analytics", "payments"]),  # is of a team that its policy names
        "paula": (False, ["payments"]),
        "fiona": (False, ["finance-analytics"]),
        "otto": (False, []),
    }
