"""Asking GitHub who somebody is: the web flow of a GitHub App, with PKCE (RFC 7636, S256).

As in "Generating a user access token for a GitHub App". The token is used once, to read the login, and kept nowhere.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import requests

from countersign.adapters.github.settings import Connection
from countersign.adapters.github.transport import OnCall, Transport
from countersign.adapters.github.trouble import TRANSIENT, understood
from countersign.ports import GitHubTrouble


@dataclass(frozen=True, slots=True)
class SignIn:
    """client_id, client_secret: from the App's page on GitHub. on_call: told after every request."""

    client_id: str
    client_secret: str = field(repr=False)
    connection: Connection
    on_call: OnCall

    def address(self, *, state: str, challenge: str, callback: str) -> str:
        """Where GitHub asks the person. challenge: the SHA-256 of the verifier, in base64 as RFC 7636 writes it."""
        asked = {
            "client_id": self.client_id,
            "redirect_uri": callback,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "allow_signup": "false",
        }
        return f"{self.connection.web_url}/login/oauth/authorize?{urlencode(asked)}"

    def login(self, *, code: str, verifier: str, callback: str) -> str:
        """Who the person is that came back with the code. Raises `GitHubTrouble`."""
        token = self._token(code, verifier, callback)
        transport = Transport(self.connection, on_call=self.on_call, wall=time.time)
        try:
            data = transport.call("GET", "/user", token).data
        finally:
            transport.close()
        with understood("who signs in"):
            return str(data["login"])

    def _token(self, code: str, verifier: str, callback: str) -> str:
        sent = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "code": code,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        began = time.monotonic()
        status = 0
        try:
            answer = requests.post(
                f"{self.connection.web_url}/login/oauth/access_token",
                data=sent,
                headers={"Accept": "application/json"},
                timeout=self.connection.timeout,
                allow_redirects=False,
                proxies={"http": self.connection.proxy, "https": self.connection.proxy} if self.connection.proxy else None,
                verify=self.connection.ca_bundle or True,
            )
            status = answer.status_code
        except requests.RequestException as error:
            # The error may quote the request, and with it the secret.
            raise GitHubTrouble(f"GitHub could not be asked: {type(error).__name__}", retry_after=TRANSIENT) from None
        finally:
            self.on_call("POST", "/login/oauth/access_token", status, time.monotonic() - began)
        with understood("a code of somebody who signs in"):
            said = answer.json()
            if "access_token" not in said:  # GitHub refuses with status 200
                raise GitHubTrouble(f"GitHub did not take the code: {said.get('error', status)}.", status=401)
            return str(said["access_token"])
