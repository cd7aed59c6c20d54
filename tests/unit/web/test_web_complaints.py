"""A form and an address for whoever sees a wrong number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from countersign.model.access import Viewer
from countersign.model.complaint import Answer, Complainer, Complaint, ComplaintToken, Refusal, Said
from countersign.web import Pages, create_app
from countersign.web.complaints import LARGEST, SENTENCES
from countersign.web.pages import complaints
from countersign.web.pages.site import Site

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TAKEN = Complaint(
    id="ab12",
    repository="acme/orders",
    contract="acme/orders#orders",
    asset="<i>Revenue</i>",
    incident=3,
    since="",
    who="paula",
    by="paula",
    at=NOW,
    url="https://github.com/acme/orders/issues/4",
)
BEARER = {"Authorization": "Bearer csc_right"}


class Desk:
    def __init__(self) -> None:
        self.said: list[tuple[Said, Complainer]] = []
        self.answer = Answer(complaint=TAKEN)
        self.broken = False
        self.kept = [TAKEN]

    def token(self, secret: str) -> ComplaintToken | None:
        return ComplaintToken(id="1f", organisation="Acme", tool="portal", made_at=NOW) if secret == "csc_right" else None

    def complain(self, said: Said, by: Complainer) -> Answer:
        if self.broken:
            raise OSError("disk full at /var/lib")
        self.said.append((said, by))
        return self.answer

    def complaints(self, by: Complainer, *, only: str = "", after: int = 0, most: int | None = None) -> Sequence[Complaint]:
        return [one for one in self.kept if only in ("", one.id)][after:][:most]


class Inbox:
    def store(self, delivery: str, event: str, raw: bytes) -> None:
        raise NotImplementedError


class People:
    def viewer(self, login: str) -> Viewer:
        return Viewer(login=login, member_of=frozenset({"acme"}))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def web(desk: Desk) -> FlaskClient:
    site = Site(lambda: NOW)
    pages = Pages(key=b"k" * 32, secure=False, blueprints=[complaints.blueprint(site, desk)])
    return create_app(Inbox(), lambda raw, said: False, lambda: "", desk=desk, pages=pages).test_client()


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found.group(1)


def sends(web: FlaskClient, **fields: str) -> Any:
    return web.post("/complaints", data={"csrf": csrf(web.get("/complaints").text), **fields})


def test_a_tool_is_answered_with_what_became_of_its_complaint(web: FlaskClient, desk: Desk) -> None:
    answer = web.post("/api/complaints", json={"asset": "Revenue", "seen": "half"}, headers=BEARER)
    assert (answer.status_code, answer.json["id"], answer.json["state"], answer.json["incident"]) == (202, "ab12", "open", 3)
    [(said, by)] = desk.said
    assert said == Said(asset="Revenue", seen="half")
    assert by == Complainer(name="token:1f", organisations=frozenset({"acme"}), leads=frozenset({"acme"}))
    assert web.get("/api/complaints/ab12", headers=BEARER).json == answer.json
    assert web.get("/api/complaints/other", headers=BEARER).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic csc_right"}])
def test_nobody_complains_or_looks_without_the_token(web: FlaskClient, desk: Desk, headers: dict[str, str]) -> None:
    assert web.post("/api/complaints", json={"asset": "Revenue", "seen": "half"}, headers=headers).status_code == 401
    assert web.get("/api/complaints/ab12", headers=headers).status_code == 401
    assert desk.said == []


@pytest.mark.parametrize("body", [b"", b"[]", b'{"asset": "Revenue"}', b'{"seen": "half", "email": "p@acme.example"}', b"[" * 10_000])
def test_a_body_that_is_no_complaint_is_refused(web: FlaskClient, desk: Desk, body: bytes) -> None:
    answer = web.post("/api/complaints", data=body, headers=BEARER)
    assert answer.status_code == 400 and answer.text.startswith("The body is no complaint")
    assert desk.said == []


def test_a_body_that_is_too_large_is_not_read(web: FlaskClient, desk: Desk) -> None:
    assert web.post("/api/complaints", data=b" " * (LARGEST + 1), headers=BEARER).status_code == 413
    assert desk.said == []


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_says_what_to_do(web: FlaskClient, desk: Desk, refusal: Refusal) -> None:
    desk.answer = Answer(refusal=refusal, near=("Revenue",))
    answer = web.post("/api/complaints", json={"asset": "Revenu", "seen": "half"}, headers=BEARER)
    assert (answer.status_code, answer.json["problem"]) == SENTENCES[refusal]
    assert answer.json["contracts" if refusal is Refusal.WHICH_CONTRACT else "near"] == ["Revenue"]
    assert ("Retry-After" in answer.headers) == (refusal is Refusal.TOO_MANY)
    page = sends(web, asset="Revenu", seen="half")
    assert page.status_code == SENTENCES[refusal][0]
    alert = page.text.partition('role="alert">')[2].partition("</p>")[0].strip()
    assert alert and "`" not in alert


def test_what_could_not_be_stored_is_not_said_to_be_told(web: FlaskClient, desk: Desk) -> None:
    desk.broken = True
    answer = web.post("/api/complaints", json={"asset": "Revenue", "seen": "half"}, headers=BEARER)
    assert answer.status_code == 503 and "/var/lib" not in answer.text
    assert sends(web, asset="Revenue", seen="half").status_code == 503


def test_a_form_is_sent_once_in_the_name_of_who_is_signed_in(desk: Desk) -> None:
    site = Site(lambda: NOW, entrance=People(), hosts=("localhost",))
    pages = Pages(key=b"k" * 32, secure=False, blueprints=[complaints.blueprint(site, desk)])
    web = create_app(Inbox(), lambda raw, said: False, lambda: "", pages=pages).test_client()
    with web.session_transaction() as session:
        session.update(login="paula", since=int(datetime.now(UTC).timestamp()))
    answer = sends(web, asset="Revenue", seen="half", who="ada")
    assert (answer.status_code, answer.location) == (303, "/complaints?taken=ab12")
    [(said, by)] = desk.said
    assert (said.who, by.name, by.organisations, by.leads) == ("paula", "paula", frozenset({"acme"}), frozenset())


def test_a_form_of_another_site_is_refused(web: FlaskClient, desk: Desk) -> None:
    web.get("/complaints")
    assert web.post("/complaints", data={"asset": "Revenue", "seen": "half"}).status_code == 403
    assert desk.said == []


def test_the_page_shows_the_state_and_lets_no_text_through(web: FlaskClient) -> None:
    page = web.get("/complaints?taken=ab12").text
    assert "Taken down" in page and "&lt;i&gt;Revenue" in page and "<i>Revenue" not in page
    assert 'href="https://github.com/acme/orders/issues/4">incident 3</a>' in page
    assert "answered" not in page.partition("<table>")[2].partition("<tbody>")[2].partition("</tbody>")[0]


def test_several_contracts_are_a_choice_and_a_near_name_is_offered(web: FlaskClient, desk: Desk) -> None:
    desk.answer = Answer(refusal=Refusal.WHICH_CONTRACT, near=("acme/orders#orders", "acme/orders#refunds"))
    page = sends(web, asset="Net", seen="half").text
    assert "<option>acme/orders#refunds</option>" in page and 'value="Net"' in page and ">half</textarea>" in page
    desk.answer = Answer(refusal=Refusal.UNKNOWN_ASSET, near=("Revenue",))
    page = sends(web, asset="Revenu", seen="half").text
    assert "<strong>Revenue</strong>" in page and 'name="anyway"' in page


def test_the_newest_hundred_are_shown_and_older_ones_by_page(web: FlaskClient, desk: Desk) -> None:
    desk.kept = [replace(TAKEN, id=str(number), asset=f"report {number:03}") for number in range(230)]

    def shown(address: str) -> tuple[list[str], list[str]]:
        page = web.get(address).text
        return re.findall(r"report \d{3}", page), re.findall(r'rel="(?:prev|next)" href="([^"]+)"', page)

    first, links = shown("/complaints")
    assert (first[0], first[-1], len(first), links) == ("report 000", "report 099", 100, ["/complaints?after=100"])
    second, links = shown(links[0])
    assert (second[0], second[-1], links) == ("report 100", "report 199", ["/complaints", "/complaints?after=200"])
    last, links = shown(links[1])
    assert (last[0], len(last), links) == ("report 200", 30, ["/complaints?after=100"])


@pytest.mark.parametrize("after", ["-1", "x", "²", "9" * 30])
def test_a_page_that_is_none_is_the_first(web: FlaskClient, after: str) -> None:
    assert "Revenue" in web.get("/complaints", query_string={"after": after}).text


def test_the_table_as_data_is_whole_whatever_page_it_is_taken_from(web: FlaskClient, desk: Desk) -> None:
    desk.kept = [replace(TAKEN, id=str(number)) for number in range(230)]
    assert len(web.get("/complaints?after=100&table=complaints&format=json").json["rows"]) == 230
