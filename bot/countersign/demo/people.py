"""What people do on GitHub, over HTTP and Git: the words that the demo and the story tests speak in."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

JSON = Any

#: Seconds to wait for a check; judging takes a fraction of one.
PATIENCE = 30.0


class Refused(Exception):
    """GitHub said no. status: HTTP's; message: GitHub's own words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class GitHub:
    """A local GitHub by its address. Steering is an administrator's clicks; everything else is done by a person."""

    url: str
    session: requests.Session = field(default_factory=requests.Session, repr=False, compare=False)

    def steer(self, method: str, path: str, body: JSON = None, **query: Any) -> JSON:
        """``/_sandbox``: JSON in, JSON out; raises `Refused`."""
        sent = None if method == "GET" else body or {}
        answer = self.session.request(method, f"{self.url}/_sandbox{path}", json=sent, params=query, timeout=PATIENCE * 3)
        return _answer(answer)

    def person(self, login: str) -> Person:
        """Somebody new, with a token of their own."""
        made = self.steer("POST", "/users", {"login": login})
        return Person(self, made["login"], made["email"], made["token"])

    def team(self, organisation: str, name: str, people: Sequence[Person], **more: Any) -> str:
        """A team's name as reviews ask for it: ``@org/team``."""
        self.steer("POST", f"/orgs/{organisation}/teams", {"name": name, "members": [person.login for person in people], **more})
        return f"@{organisation}/{name}"

    def repository(self, organisation: str, name: str, files: Mapping[str, str], by: Person, **more: Any) -> Repository:
        self.steer("POST", "/repos", {"owner": organisation, "name": name, "files": dict(files), "as": by.login, **more})
        return Repository(self, f"{organisation}/{name}")

    def advance(self, **by: int) -> str:
        """Move the calendar; the new time, ISO."""
        return str(self.steer("POST", "/calendar", {"advance": by})["now"])

    def now(self) -> str:
        return str(self.steer("GET", "/calendar")["now"])

    def calls(self, since: int = 0) -> list[JSON]:
        """Calls of the API after the one numbered ``since``, oldest first."""
        return list(self.steer("GET", "/calls", since=since))

    def app_calls(self, since: int = 0) -> list[str]:
        """``METHOD path`` of what Apps called since then; minting tokens is not counted."""
        return [
            f"{call['method']} {call['path']}"
            for call in self.calls(since)
            if call["actor"].startswith(("app:", "installation:")) and not call["minting"]
        ]

    def last_call(self) -> int:
        calls = self.calls()
        return int(calls[-1]["number"]) if calls else 0

    def settle(self) -> int:
        """Wait until every webhook that is under way has been answered; how many there have been."""
        return int(self.steer("GET", "/deliveries/settled", wait=PATIENCE)["deliveries"])


@dataclass(frozen=True, slots=True)
class Person:
    github: GitHub
    login: str
    email: str
    token: str = field(repr=False)

    def call(self, method: str, path: str, body: JSON = None) -> JSON:
        """GitHub's REST API as this person; raises `Refused`."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/vnd.github+json"}
        answer = self.github.session.request(method, f"{self.github.url}/api/v3{path}", json=body, headers=headers, timeout=PATIENCE)
        return _answer(answer)

    def opens(
        self, repository: Repository, branch: str, title: str, *, base: str = "main", draft: bool = False, head: str = ""
    ) -> PullRequest:
        body = {"title": title, "head": head or branch, "base": base, "draft": draft}
        made = self.call("POST", f"/repos/{repository.name}/pulls", body)
        return PullRequest(repository, int(made["number"]), branch)

    def _reviews(self, pull: PullRequest, event: str, body: str) -> int:
        sent = {"event": event, "body": body or ("" if event == "APPROVE" else "See my remarks.")}
        return int(self.call("POST", f"/repos/{pull.repository.name}/pulls/{pull.number}/reviews", sent)["id"])

    def approves(self, pull: PullRequest, body: str = "") -> int:
        return self._reviews(pull, "APPROVE", body)

    def requests_changes(self, pull: PullRequest, body: str = "") -> int:
        return self._reviews(pull, "REQUEST_CHANGES", body)

    def remarks(self, pull: PullRequest, body: str) -> int:
        return self._reviews(pull, "COMMENT", body)

    def comments(self, pull: PullRequest, body: str) -> int:
        return int(self.call("POST", f"/repos/{pull.repository.name}/issues/{pull.number}/comments", {"body": body})["id"])

    def merges(self, pull: PullRequest, method: str = "merge") -> str:
        """The merge commit; `Refused` with 405 if branch protection says no."""
        return str(self.call("PUT", f"/repos/{pull.repository.name}/pulls/{pull.number}/merge", {"merge_method": method})["sha"])

    def dismisses(self, pull: PullRequest, review: int, why: str = "It changed since.") -> None:
        self.call("PUT", f"/repos/{pull.repository.name}/pulls/{pull.number}/reviews/{review}/dismissals", {"message": why})

    def rewrites(self, pull: PullRequest, comment: int, body: str) -> None:
        self.call("PATCH", f"/repos/{pull.repository.name}/issues/comments/{comment}", {"body": body})

    def retargets(self, pull: PullRequest, base: str) -> None:
        self.call("PATCH", f"/repos/{pull.repository.name}/pulls/{pull.number}", {"base": base})

    def reruns(self, pull: PullRequest, check: JSON) -> None:
        self.call("POST", f"/repos/{pull.repository.name}/check-runs/{check['id']}/rerequest")

    def closes(self, pull: PullRequest) -> None:
        self.call("PATCH", f"/repos/{pull.repository.name}/pulls/{pull.number}", {"state": "closed"})

    def clones(self, repository: Repository, into: Path) -> Clone:
        clone = Clone(self, repository, into)
        clone.git("clone", "--quiet", f"{self.github.url}/{repository.name}.git", ".")
        return clone


@dataclass(frozen=True, slots=True)
class Repository:
    github: GitHub
    name: str

    def protect(self, app: int, branch: str = "main", **more: Any) -> None:
        """Require our check, pinned to our App (else anybody who can write could forge it)."""
        body = {"checks": [{"context": "Countersign", "app_id": app}], "enforce_admins": True, **more}
        self.github.steer("PUT", f"/repos/{self.name}/protection/{branch}", body)


@dataclass(frozen=True, slots=True)
class PullRequest:
    repository: Repository
    number: int
    branch: str = ""

    @property
    def url(self) -> str:
        return f"{self.repository.github.url}/{self.repository.name}/pull/{self.number}"

    def facts(self, by: Person) -> JSON:
        return by.call("GET", f"/repos/{self.repository.name}/pulls/{self.number}")

    def asked(self, by: Person) -> list[str]:
        """Who was asked to review and has not yet: team slugs, then logins."""
        asked = by.call("GET", f"/repos/{self.repository.name}/pulls/{self.number}/requested_reviewers")
        return [team["slug"] for team in asked["teams"]] + [user["login"] for user in asked["users"]]

    def check(self, *, after: JSON = None, wait: float = PATIENCE, **wanted: str) -> JSON:
        """The check run on the head: waits for one, newer than ``after``, in the state wanted (``conclusion``, ``status``)."""
        query: dict[str, Any] = {"repository": self.repository.name, "number": self.number, "name": "Countersign", "wait": wait, **wanted}
        if after is not None:
            query["after"] = f"{after['id']}.{after['revision']}"
        return self.repository.github.steer("GET", "/wait/check", **query)


@dataclass(frozen=True, slots=True)
class Clone:
    """A person's working copy: real Git, over HTTP, with the person's own token and no configuration of this machine."""

    person: Person
    repository: Repository
    path: Path

    def git(self, *words: str) -> str:
        self.path.mkdir(parents=True, exist_ok=True)
        who = {"NAME": self.person.login, "EMAIL": self.person.email}
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "http.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Bearer {self.person.token}",
            **{f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in who.items()},
        }
        command = ["git", *words]
        done = subprocess.run(  # noqa: S603  # the demo's own words, as a person would type them
            command, cwd=self.path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode:
            raise Refused(done.returncode, f"git {words[0]}: {(done.stderr or done.stdout).strip()}")
        return done.stdout.strip()

    def branch(self, name: str, start: str = "origin/main") -> None:
        self.git("fetch", "--quiet", "origin")
        self.git("checkout", "--quiet", "-B", name, start)

    def read(self, file: str) -> str:
        return (self.path / file).read_text()

    def commits(self, message: str, files: Mapping[str, str | None]) -> str:
        """Write (or, with None, remove) files and commit; the commit."""
        for name, text in files.items():
            target = self.path / name
            if text is None:
                target.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def replaces(self, file: str, old: str, new: str, *, message: str) -> str:
        """Commit one textual replacement, which must be there to be made."""
        text = self.read(file)
        if old not in text:
            raise ValueError(f"{file} has no {old!r}")
        return self.commits(message, {file: text.replace(old, new)})

    def pushes(self, *, force: bool = False) -> None:
        branch = self.git("rev-parse", "--abbrev-ref", "HEAD")
        self.git("push", "--quiet", *(["--force"] if force else []), "origin", f"HEAD:refs/heads/{branch}")


def workshop() -> tempfile.TemporaryDirectory[str]:
    """Where people's clones are."""
    return tempfile.TemporaryDirectory(prefix="countersign-people-")


def _answer(answer: requests.Response) -> JSON:
    data = answer.json() if answer.content else None
    if not answer.ok:
        said = [*data.get("errors", []), data.get("message")] if isinstance(data, dict) else [answer.text]
        raise Refused(answer.status_code, next((str(one) for one in said if isinstance(one, str)), answer.text))
    return data
