"""The Flask application: who asks, the log, faults and the referee around every call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from countersign.sandbox import graph, pages, rest, steering
from countersign.sandbox.access import ANONYMOUS, authenticate
from countersign.sandbox.calls import CallLog, Fault
from countersign.sandbox.clock import iso
from countersign.sandbox.errors import Refused
from countersign.sandbox.git_http import GitHttp
from countersign.sandbox.referee import Referee
from countersign.sandbox.world import World

_REST = "/api/v3"


class Application(Flask):
    """Holds the world's lock for the length of a request; Git's own traffic goes past Flask."""

    def __init__(self, world: World) -> None:
        super().__init__(__name__, static_folder=None, template_folder="pages/templates")
        self.world = world
        self.git_http = GitHttp(world)

    def full_dispatch_request(self) -> Response:
        with self.world.changed:
            try:
                return super().full_dispatch_request()
            finally:
                self.world.changed.notify_all()

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        if environ.get("HTTP_HOST", "") not in _hosts(self.world):
            start_response("421 Misdirected Request", [("Content-Type", "text/plain")])
            return [b"The sandbox answers only to its own address."]
        if self.git_http.wants(environ["PATH_INFO"]):
            with self.world.lock:
                fault = self.extensions["sandbox_calls"].take_git_fault(environ["REQUEST_METHOD"], environ["PATH_INFO"])
            answer = self.git_http if fault is None else Response(fault.message, fault.status, fault.headers)
            return answer(environ, start_response)
        return super().wsgi_app(environ, start_response)


def _hosts(world: World) -> tuple[str, str]:
    """A page elsewhere that points its own name at this machine is refused."""
    host = world.url.removeprefix("http://")
    return host, host.replace("127.0.0.1", "localhost")


def create_app(world: World, *, openapi: Path | None = None) -> Application:
    """The whole sandbox as a WSGI application. ``world.url`` must be set before the first request."""
    app = Application(world)
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask types the provider by its base class
    calls = CallLog()
    referee = Referee(json.loads(openapi.read_text())) if openapi else None
    app.extensions.update({"sandbox": world, "sandbox_calls": calls, "sandbox_referee": referee})
    for blueprint in [*rest.blueprints(), graph.routes, *steering.blueprints()]:
        app.register_blueprint(blueprint)
    pages.install(app)
    app.before_request(_identify)
    app.before_request(_hinder)
    app.after_request(_conclude)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _is_api() -> bool:
    return request.path.startswith("/api/")


def _extension(name: str) -> Any:
    return current_app.extensions[name]


def _identify() -> None:
    g.actor, g.fault = ANONYMOUS, None
    if _is_api():
        g.actor = authenticate(_extension("sandbox"), request.headers.get("Authorization", ""))


def _hinder() -> Response | None:
    """An ordered fault takes the place of the answer, before or after the work."""
    if not _is_api():
        return None
    g.fault = _extension("sandbox_calls").take_fault(request.method, request.path.removeprefix(_REST))
    return _fail(g.fault) if g.fault and not g.fault.done_first else None


def _fail(fault: Fault) -> Response:
    response = jsonify({"message": fault.message, "documentation_url": "https://docs.github.com/rest"})
    response.status_code = fault.status
    response.headers.update(fault.headers)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _conclude(response: Response) -> Response:
    """Let the referee look at the call, then record it."""
    if not _is_api():
        return response
    referee: Referee | None = _extension("sandbox_referee")
    if referee and g.fault is None and request.path.startswith(_REST):
        complaint = referee.judge(request, response)
        if complaint:
            response = jsonify({"message": f"Not as GitHub's description has it: {complaint}"})
            response.status_code = 500
    if g.fault and g.fault.done_first:
        response = _fail(g.fault)
    world: World = _extension("sandbox")
    response.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
    response.headers["X-RateLimit-Remaining"] = "4999"
    _extension("sandbox_calls").add(
        at=iso(world.clock.now()),
        kind="graphql" if request.path == "/api/graphql" else "rest",
        method=request.method,
        path=request.path.removeprefix(_REST),
        query=request.query_string.decode(errors="replace"),
        actor=g.actor.label,
        status=response.status_code,
        cause=request.headers.get("X-Sandbox-Cause", ""),
        after=world.outbox.last_sent,
        minting=request.path.endswith("/access_tokens"),
    )
    return response


def _for_machines() -> bool:
    return request.path.startswith(("/api/", "/_sandbox/"))


def _refused(refusal: Refused) -> Response:
    if not _for_machines():
        return pages.error_page(refusal)
    response = jsonify(refusal.body())
    response.status_code = refusal.status
    return response


def _http_error(error: HTTPException) -> Response:
    """What the router itself refuses."""
    message = {404: "Not Found", 405: "Method Not Allowed"}.get(error.code or 500, error.description or error.name)
    return _refused(Refused(error.code or 500, message))
