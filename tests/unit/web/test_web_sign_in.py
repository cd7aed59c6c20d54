"""Signing in: only who began here comes in, once, in time; and whoever is in no organisation is told so and sees nothing."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from tests.unit.web.pages import Nowhere, People, client, token

from countersign.ports import GitHubTrouble
from countersign.web import Pages, create_app, sessions, sign_in
from countersign.web.pages.site import Site, Tab

HERE = "https://c.example"


class GitHub:
    """Lets in whoever comes with the code LOGIN, if the verifier belongs to the challenge."""

    def __init__(self) -> None:
        self.challenge = ""
        self.asked = 0

    def address(self, *, state: str, challenge: str, callback: str) -> str:
        assert callback == f"{HERE}/sign-in/callback"
        self.challenge = challenge
        return f"https://github.example/login?state={state}"

    def login(self, *, code: str, verifier: str, callback: str) -> str:
        self.asked += 1
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if code == "refused" or digest != self.challenge:
            raise GitHubTrouble("no", status=401)
        return code


def site(github: GitHub) -> FlaskClient:
    made = Site(lambda: datetime(2026, 11, 23, tzinfo=UTC), People(), hosts=("c.example",))
    routes = made.pages("first", Tab("First", "/"))
    routes.get("/")(lambda: made.show("pages/refused.html", title="First", sentence="A page."))
    pages = Pages(key=b"k" * 32, secure=True, blueprints=[routes, sign_in.blueprint(made, github, HERE)])
    app = create_app(Nowhere(), lambda raw, said: False, lambda: "", pages=pages)
    browser = app.test_client()
    browser.environ_base["HTTP_HOST"] = "c.example"
    return browser


def get(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path, base_url=HERE)
    return answer.text if answer.status_code == 200 else f"{answer.status_code} {answer.headers.get('Location', answer.text)}"


def begin(browser: FlaskClient, to: str = "/") -> str:
    """The state that goes to GitHub and comes back."""
    address = browser.get(f"/sign-in/start?to={to}", base_url=HERE).headers["Location"]
    return parse_qs(urlsplit(address).query)["state"][0]


def test_nothing_is_shown_before_somebody_has_signed_in_and_then_the_page_that_was_asked_for() -> None:
    browser = site(GitHub())
    assert get(browser, "/?period=90d") == "302 /sign-in?to=%2F%3Fperiod%3D90d"
    state = begin(browser, "/?period=90d")
    assert get(browser, f"/sign-in/callback?code=ada&state={state}") == "303 /?period=90d"
    assert "Sign out" in get(browser, "/") and "ada" in get(browser, "/")


@pytest.mark.parametrize("state", ["", "guessed"])
def test_a_state_that_did_not_begin_here_lets_nobody_in(state: str) -> None:
    github = GitHub()
    browser = site(github)
    begin(browser)
    assert get(browser, f"/sign-in/callback?code=ada&state={state}").startswith("400") and github.asked == 0


def test_another_browser_cannot_finish_what_this_one_began() -> None:
    github = GitHub()
    state = begin(site(github))
    assert get(site(github), f"/sign-in/callback?code=ada&state={state}").startswith("400") and github.asked == 0


def test_a_state_is_good_once_even_if_the_cookie_is_brought_back() -> None:
    github = GitHub()
    browser = site(github)
    state = begin(browser)
    cookie = browser.get_cookie("__Host-countersign", domain="c.example")
    assert cookie
    get(browser, f"/sign-in/callback?code=ada&state={state}")
    browser.set_cookie("__Host-countersign", cookie.value, domain="c.example", secure=True)
    assert get(browser, f"/sign-in/callback?code=ada&state={state}").startswith("400") and github.asked == 1


def test_whoever_comes_back_too_late_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = site(GitHub())
    state = begin(browser)
    now = sign_in.time.time()
    monkeypatch.setattr(sign_in.time, "time", lambda: now + 601)
    assert get(browser, f"/sign-in/callback?code=ada&state={state}").startswith("400")


def test_a_session_ends_after_a_working_day(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = site(GitHub())
    get(browser, f"/sign-in/callback?code=ada&state={begin(browser)}")
    now = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + 12 * 3600 + 1)
    assert get(browser, "/").startswith("302 /sign-in")


@pytest.mark.parametrize("query", ["error=access_denied", "code=refused"])
def test_what_github_refuses_lets_nobody_in(query: str) -> None:
    browser = site(GitHub())
    assert get(browser, f"/sign-in/callback?{query}&state={begin(browser)}")[:3] in ("403", "503")
    assert get(browser, "/").startswith("302 /sign-in")


def test_so_many_sign_ins_a_minute_and_no_more_reach_github() -> None:
    github = GitHub()
    browser = site(github)
    said = [get(browser, f"/sign-in/callback?code=ada&state={begin(browser)}")[:3] for _ in range(62)]
    assert said.count("429") == 2 and github.asked == 60


def test_signing_out_takes_a_press_of_the_button() -> None:
    browser = site(GitHub())
    get(browser, f"/sign-in/callback?code=ada&state={begin(browser)}")
    form = token(get(browser, "/"))
    assert browser.get("/sign-out", base_url=HERE).status_code == 405
    assert browser.post("/sign-out", data={"csrf": form}, base_url=HERE).headers["Location"] == "/sign-in"
    assert get(browser, "/").startswith("302 /sign-in")


def test_somebody_of_no_organisation_is_told_why_there_is_nothing() -> None:
    browser = site(GitHub())
    get(browser, f"/sign-in/callback?code=mallory&state={begin(browser)}")
    assert "403 " in get(browser, "/") and "mallory, who is in no organisation" in get(browser, "/")
    assert 'aria-label="Pages"' not in get(browser, "/") and "Sign out" in get(browser, "/")


def test_while_github_cannot_be_asked_nobody_is_let_in() -> None:
    browser = site(GitHub())
    get(browser, f"/sign-in/callback?code=nobody-knows&state={begin(browser)}")
    assert get(browser, "/").startswith("503 ")


def test_with_sign_in_another_host_name_is_not_answered() -> None:
    assert client(People()).get("/", headers={"Host": "localhost"}).status_code == 400


def test_a_session_that_somebody_wrote_is_no_session() -> None:
    browser = site(GitHub())
    browser.set_cookie("__Host-countersign", "eyJsb2dpbiI6ImFkYSIsInNpbmNlIjoxfQ.aaaaaa.bbbb", domain="c.example", secure=True)
    assert get(browser, "/").startswith("302 /sign-in")
