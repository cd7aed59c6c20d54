"""The organisation at a glance."""

from __future__ import annotations

from flask import Blueprint, Response

from countersign.web.pages.period import chosen
from countersign.web.pages.site import Site, Tab


def blueprint(site: Site) -> Blueprint:
    routes = site.pages("organisation", Tab("Organisation", "/"))

    @routes.get("/")
    def glance() -> Response:
        return site.show("pages/organisation.html", choice=chosen(site.now()))

    return routes
