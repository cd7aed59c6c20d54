"""What all pages share: who is answered, that forms are ours, that nothing gets in or out, and tables as CSV and JSON."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from tests.unit.web.pages import client, token

from countersign.web.pages.site import address, own_path
from countersign.web.pages.tables import Column, Table, plain


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080"])
def test_without_sign_in_whoever_sits_at_the_machine_sees_the_pages(host: str) -> None:
    assert client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.5", "localhost.evil.example:8080"])
def test_without_sign_in_no_other_name_leads_to_the_pages(host: str) -> None:
    assert client().get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"])
def test_without_sign_in_a_proxy_opens_the_pages_to_nobody(header: str) -> None:
    answer = client().get("/", headers={header: "203.0.113.7"})
    assert answer.status_code == 403 and "no sign-in is set up" in answer.text


def test_a_proxy_that_says_nothing_of_itself_is_known_by_its_old_http() -> None:
    assert client().get("/", environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"}).status_code == 403


def test_a_form_without_the_token_of_the_page_does_nothing() -> None:
    browser = client()
    right = token(browser.get("/").text)
    assert browser.post("/press", data={"csrf": "wrong"}).status_code == 403
    assert browser.post("/press").status_code == 403
    assert browser.post("/press", data={"csrf": right}).text == "pressed"


def test_another_site_presses_no_button_even_with_the_token() -> None:
    browser = client()
    right = token(browser.get("/").text)
    assert browser.post("/press", data={"csrf": right}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_token_of_another_browser_does_not_help() -> None:
    browser = client()
    browser.get("/")
    assert browser.post("/press", data={"csrf": token(client().get("/").text)}).status_code == 403


def test_a_page_lets_no_script_run_and_nothing_be_kept_or_framed() -> None:
    answer = client().get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy and "script" not in policy
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "same-origin")
    assert "&lt;i&gt;hostile" in answer.text and "style=" not in answer.text and "<script" not in answer.text


def test_an_error_is_a_page_with_the_same_guards() -> None:
    answer = client().post("/press")
    assert "<h1>Forbidden</h1>" in answer.text and "Content-Security-Policy" in answer.headers


def test_the_cookie_is_kept_from_scripts_and_other_sites() -> None:
    cookie = client(secure=True).get("/").headers["Set-Cookie"]
    assert cookie.startswith("__Host-countersign=") and all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/"))


def test_a_table_is_its_own_csv_and_no_cell_of_it_is_a_formula() -> None:
    answer = client().get("/?table=teams&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == {"team": "'=cmd()", "escaped": "3", "team_url": "/teams/a"} and rows[1]["escaped"] == "-1"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="teams.csv"' and answer.headers["Cache-Control"] == "no-store"


def test_a_table_is_its_own_json() -> None:
    answer = client().get("/?table=teams&format=json")
    assert answer.json["rows"][0] == {"team": "=cmd()", "team_url": "/teams/a", "escaped": 3}


def test_a_long_table_says_how_much_of_it_is_shown_and_that_the_rest_can_be_had() -> None:
    many = Table(
        name="versions", caption="Versions", columns=[Column("version", "Version")], rows=[{"version": f"v{n}"} for n in range(120)]
    )
    web = client().application
    page = web.jinja_env.from_string('{% import "pages/parts.html" as parts with context %}{{ parts.table(table) }}')
    with web.test_request_context("/"):
        whole, short = (page.render(table=table, address=address) for table in (many, replace(many, most=50)))
    assert (whole.count("<tr>"), short.count("<tr>")) == (121, 51)
    assert "The first 50 of 120; all of them as" in short and "The first" not in whole
    assert len(plain(replace(many, most=50))) == 120


@pytest.mark.parametrize("query", ["table=teams&format=xml", "table=other&format=csv", "format=json"])
def test_what_is_no_table_is_not_found(query: str) -> None:
    assert client().get(f"/?{query}").status_code == 404


def test_the_choice_of_dark_is_kept_and_leads_back_to_its_page() -> None:
    browser = client()
    form = {"csrf": token(browser.get("/").text), "theme": "dark", "to": "/?period=90d"}
    assert browser.post("/theme", data=form).headers["Location"] == "/?period=90d"
    assert '<html lang="en" data-theme="dark">' in browser.get("/").text


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "\\/evil.example", "/a\nb", "", "javascript:x"]
)
def test_a_form_leads_to_no_other_site(path: str) -> None:
    assert own_path(path) == "/"


def test_a_style_sheet_is_kept_for_a_year_under_the_address_of_its_content() -> None:
    browser = client()
    address = browser.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = browser.get(address)
    assert "immutable" in answer.headers["Cache-Control"] and answer.headers["ETag"] and "?v=" in address
    assert browser.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
