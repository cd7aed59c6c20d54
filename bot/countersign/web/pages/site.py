"""What all pages share: who looks, what is refused, the frame around a page, and its tables as CSV and JSON."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.sansio.utils import host_is_trusted

from countersign.model.access import LOCAL, Viewer
from countersign.web.pages.assets import address_of
from countersign.web.pages.tables import Table, as_csv, as_json
from countersign.web.sessions import signed_in

#: Names under which a machine is only ever reached from itself.
LOOPBACK_HOSTS = ("localhost", "127.0.0.1")
#: Pages run no script, load nothing from elsewhere, and are shown in nobody's frame.
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
#: What a proxy adds.
_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
THEMES = ("light", "dark")


class Tab(NamedTuple):
    """An entry of the navigation. leaders: only they are offered it."""

    label: str
    path: str
    leaders: bool = False


class Entrance(Protocol):
    """Who somebody is who signed in."""

    def viewer(self, login: str) -> Viewer:
        """Without an organisation for whoever is in none. Raises TimeoutError if GitHub cannot be asked now."""
        ...


@dataclass(slots=True)
class Site:
    """entrance: None where no sign-in is set up; then only this machine is answered, and whoever sits at it sees all.

    hosts: Host headers that are answered, empty for any (never so without sign-in). now: by the calendar.
    """

    now: Callable[[], datetime]
    entrance: Entrance | None = None
    hosts: Sequence[str] = ()
    tabs: list[Tab] = field(default_factory=list)

    def pages(self, name: str, *tabs: Tab) -> Blueprint:
        """A blueprint whose requests are all guarded; a POST has to carry the token of a form. tabs: what it adds to the navigation."""
        self.tabs.extend(tabs)
        return self._guard(Blueprint(name, __name__), [self.check_host, self._admit, self.check_form])

    def doors(self, name: str) -> Blueprint:
        """The same for pages that are there before somebody has signed in."""
        return self._guard(Blueprint(name, __name__), [self.check_host, self.check_form])

    def _guard(self, routes: Blueprint, checks: Sequence[Callable[[], ResponseReturnValue | None]]) -> Blueprint:
        for check in checks:
            routes.before_request(check)
        routes.after_request(sealed)
        routes.register_error_handler(HTTPException, self.refused)
        return routes

    # -- who

    @property
    def viewer(self) -> Viewer:
        """Whoever looks at this page."""
        return g.get("viewer") or Viewer()

    def _admit(self) -> ResponseReturnValue | None:
        if self.entrance is None:
            g.viewer = LOCAL
            return None
        login = signed_in()
        if not login:
            if request.method != "GET":
                abort(401, "You are signed out, so nothing was done. Sign in and try again.")
            return redirect(f"/sign-in?{urlencode({'to': request.full_path.rstrip('?')})}")
        try:
            g.viewer = self.entrance.viewer(login)
        except TimeoutError:
            abort(503, "GitHub cannot be asked now who belongs to the organisation, so no page is shown. Try again in a minute.")
        if not g.viewer.member_of:
            abort(
                403,
                f"You are signed in as {login}, who is in no organisation that this Countersign works for. "
                "Sign out to come as somebody else, or ask an owner of the organisation to invite you.",
            )
        return None

    def check_host(self) -> None:
        """A page of another site that points its own name at this machine is refused (DNS rebinding)."""
        hosts = LOOPBACK_HOSTS if self.entrance is None else self.hosts
        if hosts and not host_is_trusted(request.host, hosts):
            raise SecurityError(f"There are no pages under this name. They are under {hosts[0]}.")
        if self.entrance is None and came_through_proxy():
            abort(403, "This came through a proxy, and no sign-in is set up. docs/install.md says how to set it up.")

    # -- forms

    @staticmethod
    def token() -> str:
        """The secret that this browser's forms carry in the field ``csrf``."""
        if "csrf" not in session:
            session["csrf"] = secrets.token_urlsafe(24)
        return str(session["csrf"])

    @staticmethod
    def check_form() -> None:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        given = request.form.get("csrf", "").encode("utf-8", "surrogateescape")
        known = str(session.get("csrf", "")).encode()
        elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
        if elsewhere or not known or not hmac.compare_digest(given, known):
            abort(403, "The form is out of date, or did not come from this site, so nothing was done. Go back, reload the page, try again.")

    # -- what is shown

    def show(self, template: str, *, tables: Sequence[Table] = (), status: int = 200, **values: Any) -> Response:
        """The page, or one of its tables if the address asks for it (``?table=NAME&format=csv``, or ``json``)."""
        wanted = request.args.get("format", "")
        if wanted:
            return _download(next((one for one in tables if one.name == request.args.get("table", "")), None), wanted)
        return make_response(self._page(template, tables=tables, **values), status)

    def _page(self, template: str, *, tables: Sequence[Table] = (), **values: Any) -> str:
        return render_template(
            template,
            tables={table.name: table for table in tables},
            viewer=self.viewer,
            tabs=self._tabs(),
            sign_in=self.entrance is not None,
            csrf=self.token(),
            theme=request.cookies.get("theme", ""),
            now=self.now(),
            address=address,
            asset=address_of,
            **values,
        )

    def _tabs(self) -> list[Tab]:
        """What the viewer is offered; nothing before somebody has come in."""
        inside = self.viewer.local or self.viewer.member_of
        return [tab for tab in self.tabs if inside and (self.viewer.leader or not tab.leaders)]

    def refused(self, error: HTTPException) -> Response:
        """An error as a page in a sentence."""
        if error.response is not None:
            return make_response(error.response)
        return make_response(
            self._page("pages/refused.html", title=error.name, sentence=error.description or error.name), error.code or 500
        )


def address(**changed: str | None) -> str:
    """The address of this page with other parameters; None takes one away."""
    kept = {**request.args.to_dict(), **changed}
    query = urlencode({key: value for key, value in kept.items() if value})
    return f"{request.path}?{query}" if query else request.path


def own_path(given: str) -> str:
    """A path of this site, whatever the address bar was made to hold; ``/`` for anything else."""
    harmless = given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable()
    return given if harmless and "\\" not in given else "/"


def came_through_proxy() -> bool:
    """Whether a proxy on this machine passed the request on for somebody elsewhere.

    nginx, as it comes, adds no header and asks under the name that it was given for us, which is this machine's; but it asks in HTTP/1.0
    (ngx_http_proxy_module, `proxy_http_version`), which no browser speaks.
    """
    return request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0" or any(name in request.headers for name in _FORWARDED)


def sealed(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.update(
        {
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
    )
    return response


def _download(table: Table | None, wanted: str) -> Response:
    if table is None or wanted not in ("csv", "json"):
        abort(404, "There is no such table. The links under each table lead to its CSV and its JSON.")
    if wanted == "json":
        return Response(as_json(table), mimetype="application/json")
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.csv"'}
    return Response(as_csv(table), content_type="text/csv; charset=utf-8", headers=headers)
