"""Git over HTTP: ``git http-backend`` behind a WSGI wrapper that knows who asks, and tells the rest what was pushed."""

from __future__ import annotations

import re
import subprocess
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from countersign.sandbox.access import Actor, allow, authenticate
from countersign.sandbox.errors import Refused
from countersign.sandbox.git import environment
from countersign.sandbox.nouns import Repository
from countersign.sandbox.protection import refused_refs
from countersign.sandbox.pushes import ref_moved
from countersign.sandbox.world import World

_PATH = re.compile(r"/([^/]+)/([^/]+?)\.git(/(?:info/refs|git-upload-pack|git-receive-pack))")
_CHUNK = 64 * 1024

#: Run by receive-pack. ``update`` refuses single refs, those named in its environment; ``post-receive`` writes down what moved.
_HOOKS = {
    "update": """#!/bin/sh
case " $SANDBOX_REFUSED " in
*" $1 "*)
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1
    ;;
esac
""",
    "post-receive": """#!/bin/sh
cat > "$SANDBOX_MOVED"
""",
}

_SETTINGS = {
    "http.receivepack": "true",
    "uploadpack.allowFilter": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "receive.hideRefs": "refs/pull",
    "core.logAllRefUpdates": "false",
    "receive.autogc": "false",
}


class GitHttp:
    """The WSGI application for ``/{owner}/{repo}.git/…``. A token comes as Basic password or Bearer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hooks = world.data / "hooks"
        self._hooks.mkdir(parents=True, exist_ok=True)
        self._pushing: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        for name, text in _HOOKS.items():
            hook = self._hooks / name
            hook.write_text(text)
            hook.chmod(0o755)

    @staticmethod
    def wants(path: str) -> bool:
        return _PATH.fullmatch(path) is not None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        match = _PATH.fullmatch(environ["PATH_INFO"])
        assert match is not None
        owner, name, service = match.groups()
        world = self._world
        pushing = "receive-pack" in service + environ.get("QUERY_STRING", "")
        try:
            with world.lock:
                actor = authenticate(world, environ.get("HTTP_AUTHORIZATION", ""))
                repository = world.repository(owner, name)
                role = "write" if pushing else "read"
                allow(world, actor, repository, app={"contents": role}, user=role)
                lock = self._pushing[repository.id]
        except Refused as refusal:
            return _refuse(refusal, start_response, anonymous="HTTP_AUTHORIZATION" not in environ)
        if not service.endswith("git-receive-pack"):
            return self._stream(environ, repository, service, actor, {}, start_response)
        with lock:
            return self._receive(environ, repository, service, actor, start_response)

    def _receive(
        self, environ: dict[str, Any], repository: Repository, service: str, actor: Actor, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """One push at a time a repository, so that events come in the order of the pushes."""
        world = self._world
        with tempfile.TemporaryDirectory() as scratch:
            record = Path(scratch) / "moved"
            with world.lock:
                refused = " ".join(refused_refs(world, repository, actor.login))
            hooks = {"SANDBOX_REFUSED": refused, "SANDBOX_MOVED": str(record)}
            answer = list(self._stream(environ, repository, service, actor, hooks, start_response))
            lines = record.read_text().splitlines() if record.exists() else []
        with world.changed:
            for line in lines:
                old, new, ref = line.split(" ", 2)
                ref_moved(world, repository, ref, old, new, actor.login)
            world.changed.notify_all()
        return answer

    def _stream(
        self,
        environ: dict[str, Any],
        repository: Repository,
        service: str,
        actor: Actor,
        hooks: dict[str, str],
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        git = self._world.git(repository)
        settings = {**_SETTINGS, "core.hooksPath": str(self._hooks)}
        env = {
            **environment(),
            "GIT_PROJECT_ROOT": str(git.path.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{git.path.name}{service}",
            "REQUEST_METHOD": environ["REQUEST_METHOD"],
            "QUERY_STRING": environ.get("QUERY_STRING", ""),
            "CONTENT_TYPE": environ.get("CONTENT_TYPE", ""),
            "CONTENT_LENGTH": environ.get("CONTENT_LENGTH", ""),
            "HTTP_CONTENT_ENCODING": environ.get("HTTP_CONTENT_ENCODING", ""),
            "GIT_PROTOCOL": environ.get("HTTP_GIT_PROTOCOL", ""),
            "REMOTE_USER": actor.login,
            **hooks,
            "GIT_CONFIG_COUNT": str(len(settings)),
        }
        for at, (key, value) in enumerate(settings.items()):
            env[f"GIT_CONFIG_KEY_{at}"], env[f"GIT_CONFIG_VALUE_{at}"] = key, value
        process = subprocess.Popen(["git", "http-backend"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)  # noqa: S607 - git is found on the PATH, as everywhere
        assert process.stdin is not None and process.stdout is not None
        _feed(process, environ)
        status, headers = _read_headers(process)
        start_response(status, headers)
        return _rest(process)


def _feed(process: subprocess.Popen[bytes], environ: dict[str, Any]) -> None:
    """upload-pack and receive-pack read their whole request before they answer."""
    assert process.stdin is not None
    try:
        while chunk := environ["wsgi.input"].read(_CHUNK):
            process.stdin.write(chunk)
        process.stdin.close()
    except BrokenPipeError:
        pass  # http-backend refused early; what it answered is read next


def _read_headers(process: subprocess.Popen[bytes]) -> tuple[str, list[tuple[str, str]]]:
    assert process.stdout is not None
    status, headers = "200 OK", []
    while line := process.stdout.readline().strip():
        key, _, value = line.decode("latin-1").partition(":")
        if key.lower() == "status":
            status = value.strip()
        else:
            headers.append((key, value.strip()))
    return status, headers


def _rest(process: subprocess.Popen[bytes]) -> Iterable[bytes]:
    assert process.stdout is not None
    with process:
        while chunk := process.stdout.read(_CHUNK):
            yield chunk


def _refuse(refusal: Refused, start_response: Callable[..., Any], *, anonymous: bool) -> list[bytes]:
    """Git asks without credentials first, and offers them only when it is asked for them."""
    headers = [("Content-Type", "text/plain")]
    status = 401 if anonymous else refusal.status
    if status == 401:
        headers.append(("WWW-Authenticate", 'Basic realm="GitHub"'))
    start_response(f"{status} Refused", headers)
    return [refusal.message.encode()]
