"""Signing in elsewhere with an account here: the web flow of a GitHub App.

As GitHub describes it in "Generating a user access token for a GitHub App". Where GitHub would take the person who is signed in, the page
asks who that is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from countersign.sandbox.errors import not_found
from countersign.sandbox.nouns import App, Authorisation
from countersign.sandbox.pages.context import check_form, guarded, show
from countersign.sandbox.rest.context import world

routes = Blueprint("authorise", __name__)

#: Seconds for which a code, and a token, are good.
_CODE, _TOKEN = 600.0, 28_800.0
_ABOUT = "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#"


@routes.get("/login/oauth/authorize")
def ask() -> Response:
    app, callback = _asked()
    response = show("authorise.html", app=app, asked=request.args.to_dict(), callback=callback)
    return _led_on(response, callback)


@routes.post("/login/oauth/authorize")
def grant() -> Response:
    check_form()
    app, callback = _asked()
    code = secrets.token_hex(10)
    world().codes[code] = Authorisation(
        app=app.id,
        login=world().user(request.form["login"]).login,
        expires=time.time() + _CODE,
        callback=callback,
        challenge=request.args.get("code_challenge", "") if request.args.get("code_challenge_method") == "S256" else "",
    )
    answer = urlencode({"code": code, "state": request.args.get("state", "")})
    return _led_on(guarded(make_response(redirect(f"{callback}?{answer}"))), callback)


@routes.post("/login/oauth/access_token")
def exchange() -> Response:
    """Like GitHub's, a refusal has the status 200."""
    app = next((one for one in world().apps.values() if one.client_id == request.form.get("client_id")), None)
    if app is None or not hmac.compare_digest(app.client_secret, request.form.get("client_secret", "")):
        return _refusal("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.")
    known = world().codes.pop(request.form.get("code", ""), None)
    if known is None or known.app != app.id or known.expires <= time.time() or not _verified(known):
        return _refusal("bad_verification_code", "The code passed is incorrect or expired.")
    if request.form.get("redirect_uri", known.callback) != known.callback:
        return _refusal("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL for this application.")
    token = f"ghu_{secrets.token_urlsafe(27)}"
    world().user_tokens[token] = Authorisation(app=app.id, login=known.login, expires=time.time() + _TOKEN)
    return jsonify({"access_token": token, "expires_in": int(_TOKEN), "token_type": "bearer", "scope": ""})


def _asked() -> tuple[App, str]:
    """The App that asks, and where it wants people back: one of its own addresses."""
    app = next((one for one in world().apps.values() if one.client_id == request.args.get("client_id")), None)
    if app is None:
        raise not_found()
    callback = request.args.get("redirect_uri", next(iter(app.callback_urls), ""))
    if callback not in app.callback_urls:
        raise not_found()
    return app, callback


def _verified(known: Authorisation) -> bool:
    """RFC 7636, method S256."""
    digest = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
    return not known.challenge or hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), known.challenge)


def _refusal(error: str, description: str) -> Response:
    return jsonify({"error": error, "error_description": description, "error_uri": _ABOUT + error.replace("_", "-")})


def _led_on(response: Response, callback: str) -> Response:
    """A form's policy holds for where its answer leads, too."""
    parts = urlsplit(callback)
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace(
        "form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )
    return response
