"""A site with one page, for the tests of what all pages share."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Response
from flask.testing import FlaskClient

from countersign.model.access import Viewer
from countersign.web import Pages, create_app
from countersign.web.pages import look
from countersign.web.pages.site import Entrance, Site, Tab
from countersign.web.pages.tables import Column, Link, Table

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TEAMS = Table(
    name="teams",
    caption="Teams",
    columns=[Column("team", "Team"), Column("escaped", "Escaped", "number")],
    rows=[{"team": Link("=cmd()", "/teams/a"), "escaped": 3}, {"team": Link("<b>b</b>", "/teams/b"), "escaped": -1}],
)


class People:
    """ada leads acme, paula is in it, mallory is in nothing."""

    def viewer(self, login: str) -> Viewer:
        if login == "nobody-knows":
            raise TimeoutError
        acme = frozenset({"acme"}) if login in ("ada", "paula") else frozenset()
        return Viewer(login=login, member_of=acme, leads=acme if login == "ada" else frozenset())


def client(entrance: Entrance | None = None, *, hosts: tuple[str, ...] = ("c.example",), secure: bool = False) -> FlaskClient:
    site = Site(lambda: NOW, entrance=entrance, hosts=hosts)
    routes = site.pages("teams", Tab("Teams", "/"), Tab("All", "/all", leaders=True))

    @routes.get("/")
    def teams() -> Response:
        return site.show("pages/refused.html", tables=[TEAMS], title="A page", sentence="<i>hostile</i>")

    @routes.post("/press")
    def press() -> Response:
        return Response("pressed")

    pages = Pages(key=b"k" * 32, secure=secure, blueprints=[routes, look.blueprint(site)])
    return create_app(Nowhere(), lambda raw, said: False, lambda: "", pages=pages).test_client()


class Nowhere:
    def store(self, delivery: str, event: str, raw: bytes) -> None:
        raise NotImplementedError


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found.group(1)
