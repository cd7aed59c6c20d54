"""People with a browser before Countersign's pages, and the way through the local GitHub's page by which they sign in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import requests

from countersign.demo.launch import Stage


@dataclass(slots=True)
class Browser:
    """Keeps its cookies, and knows the token of the form that it saw last."""

    stage: Stage
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    def get(self, path: str) -> requests.Response:
        return self._seen(self.session.get(f"{self.stage.app.address}{path}", timeout=30))

    def post(self, path: str, **fields: Any) -> requests.Response:
        return self._seen(self.session.post(f"{self.stage.app.address}{path}", data={"csrf": self.token, **fields}, timeout=30))

    def signs_in(self, login: str, to: str = "/") -> requests.Response:
        """As a person does it: a page asks for it, GitHub asks who it is, and leads back."""
        door = self.get(to)
        assert "Sign in with GitHub" in door.text, door.text
        start = re.search(r'href="(/sign-in/start[^"]*)"', door.text)
        assert start
        asking = self.get(unescape(start.group(1)))
        back = self.session.post(asking.url, data={"csrf": self.token, "login": login}, timeout=30)
        return self._seen(back)

    def _seen(self, answer: requests.Response) -> requests.Response:
        form = re.search(r'name="csrf" value="([^"]+)"', answer.text)
        self.token = form.group(1) if form else self.token
        return answer
