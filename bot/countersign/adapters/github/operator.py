"""GitHub by the operator's own token, for what a person runs at a terminal: the App itself cannot write code or settings."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Mapping
from typing import Any

from countersign.adapters.github import paths
from countersign.adapters.github.settings import Connection
from countersign.adapters.github.transport import OnCall, Transport
from countersign.adapters.github.trouble import understood
from countersign.ports import JSON, GitHubTrouble, Proposal

_REMEDIES: Mapping[int, str] = {
    401: "GITHUB_TOKEN is wrong or has expired: make a new one on GitHub's page of your tokens.",
    403: "Your token may not do this: it lacks a permission, or you lack the role in that repository.",
    404: "It does not exist, or your token may not see it.",
}


def _unheard(method: str, path: str, status: int, seconds: float) -> None:
    """Nobody counts the calls."""


class Operator:
    """Fulfils `ports.Operator`: every method raises `GitHubTrouble`. token: a person's; it may do what that person may."""

    def __init__(self, token: str, connection: Connection, *, on_call: OnCall = _unheard) -> None:
        self._token = token
        self._transport = Transport(connection, on_call=on_call, wall=time.time, remedies=_REMEDIES)
        self._web_url = connection.web_url

    def call(self, verb: str, path: str, body: JSON | None = None, *, parameters: Mapping[str, str | int] | None = None) -> JSON:
        """The answer's data, None if it has none. path: below the API's address; `paths.of_repository` quotes its parts."""
        return self._transport.call(verb, path, self._token, parameters=parameters, body=body).data

    def rows(self, path: str, *, parameters: Mapping[str, str | int] | None = None, key: str = "") -> Iterator[dict[str, Any]]:
        """All rows of a list, page after page as they are used. key: where they are, if the answer is an object."""
        return self._transport.pages(path, self._token, parameters=parameters, key=key)

    def default_branch(self, repository: str) -> str:
        data = self.call("GET", paths.of_repository(repository))
        with understood(repository):
            return str(data["default_branch"])

    def tip(self, repository: str, branch: str) -> str | None:
        data = self._if_there("GET", paths.of_repository(repository, "git", "ref", "heads", *branch.split("/")))
        if data is None:
            return None
        with understood(f"the branch {branch} of {repository}"):
            return str(data["object"]["sha"])

    def read(self, repository: str, path: str, commit: str) -> str | None:
        data = self._if_there("GET", paths.of_repository(repository, "contents", *path.split("/")), {"ref": commit})
        if data is None:
            return None
        with understood(f"{path} of {repository}"):
            if data["encoding"] != "base64":  # GitHub sends files of more than 1 MB without their content
                raise GitHubTrouble(f"{path} of {repository} is too large to be read here.")
            return base64.b64decode(data["content"]).decode("utf-8")

    def commit(self, repository: str, branch: str, files: Mapping[str, str], message: str, *, onto: str) -> str:
        with understood(f"a commit on {branch} of {repository}"):
            base = self._git(repository, "GET", "commits", onto)["tree"]["sha"]
            entries = [{"path": path, "mode": "100644", "type": "blob", "content": text} for path, text in sorted(files.items())]
            tree = self._git(repository, "POST", "trees", body={"base_tree": base, "tree": entries})["sha"]
            tip = self.tip(repository, branch)
            if tip is not None:
                there = self._git(repository, "GET", "commits", tip)
                if there["tree"]["sha"] == tree and [parent["sha"] for parent in there["parents"]] == [onto]:
                    return tip
            made = str(self._git(repository, "POST", "commits", body={"message": message, "tree": tree, "parents": [onto]})["sha"])
            if tip is None:
                self._git(repository, "POST", "refs", body={"ref": f"refs/heads/{branch}", "sha": made})
            else:
                # In one step: a branch that is level with its base for a moment closes its pull request.
                self._git(repository, "PATCH", "refs", "heads", *branch.split("/"), body={"sha": made, "force": True})
            return made

    def propose(self, repository: str, branch: str, *, base: str, title: str, body: str) -> Proposal:
        pulls = paths.of_repository(repository, "pulls")
        head = f"{repository.split('/')[0]}:{branch}"
        text = {"title": title, "body": body}
        with understood(f"the pull request of {branch} in {repository}"):
            standing = next(self.rows(pulls, parameters={"head": head, "base": base, "state": "open"}), None)
            if standing is not None:
                number = int(standing["number"])
                if (standing["title"], standing["body"]) != (title, body):
                    self.call("PATCH", paths.of_repository(repository, "pulls", number), text)
                return Proposal(repository=repository, number=number, url=str(standing["html_url"]), new=False)
            made = self.call("POST", pulls, {**text, "head": branch, "base": base})
            return Proposal(repository=repository, number=int(made["number"]), url=str(made["html_url"]), new=True)

    def git_access(self, repository: str) -> tuple[str, str]:
        """(clone URL without credentials, the token), as a mirror wants them."""
        return f"{self._web_url}/{repository}.git", self._token

    def close(self) -> None:
        """Close idle connections."""
        self._transport.close()

    def _git(self, repository: str, verb: str, *parts: str, body: JSON | None = None) -> JSON:
        return self.call(verb, paths.of_repository(repository, "git", *parts), body)

    def _if_there(self, verb: str, path: str, parameters: Mapping[str, str | int] | None = None) -> JSON:
        """The answer's data, None for 404."""
        try:
            return self.call(verb, path, parameters=parameters)
        except GitHubTrouble as trouble:
            if trouble.status != 404:
                raise
            return None
