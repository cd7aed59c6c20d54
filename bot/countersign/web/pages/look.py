"""The choice between light and dark: kept in a cookie, made without a script."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from countersign.web.pages.site import THEMES, Site, own_path


def blueprint(site: Site) -> Blueprint:
    routes = site.doors("look")

    @routes.post("/theme")
    def theme() -> ResponseReturnValue:
        response = redirect(own_path(request.form.get("to", "/")), 303)
        chosen = request.form.get("theme", "")
        if chosen in THEMES:
            response.set_cookie("theme", chosen, max_age=31_536_000, httponly=True, samesite="Lax", secure=request.is_secure)
        else:
            response.delete_cookie("theme")
        return response

    return routes
