"""Blobless bare mirrors of repositories elsewhere, for the server. Caches: they may be deleted at any time, and are fetched again."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from countersign.adapters.git import mirror, names, process, reverting
from countersign.adapters.git.cat_file import Readers
from countersign.adapters.git.mirror import Mirror, Remote
from countersign.adapters.git.reading import Reading
from countersign.adapters.git.store import ObjectStore
from countersign.ports import GitRefused, GitTrouble, Reverted

#: Seconds between two looks at a lock, for whoever cannot wait for ever.
_LOOK_AGAIN = 0.05


class Mirrors(Reading):
    """root: the directory of the mirrors. access: ``org/name`` -> (clone URL, token that reads this repository only).

    proxy, no_proxy, ca_file: as in https_proxy, no_proxy and SSL_CERT_FILE; Git gets no other setting of this machine.
    Safe for several threads and processes: what writes into a mirror holds its file lock.
    """

    def __init__(
        self, root: Path, access: Callable[[str], tuple[str, str]], *, proxy: str = "", no_proxy: str = "", ca_file: str = ""
    ) -> None:
        self._root = root.resolve()
        self._access = access
        self._readers = Readers()
        self._doubted: set[Path] = set()
        network = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": no_proxy, "GIT_SSL_CAINFO": ca_file}
        self._variables = {
            **process.environment(),
            **{name: value for name, value in network.items() if value},
            "HOME": os.devnull,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def close(self) -> None:
        self._readers.close()

    def fetch(self, repository: str, wanted: Sequence[str], *, seconds: float | None = None) -> None:
        """Bring refs (as they are now) and commits (unless they are here). A damaged mirror is made anew.

        Raises `GitTrouble` if the repository cannot be reached, or lacks one of ``wanted``; the mirror then stays as it was. Whoever
        can wait for ``seconds`` only waits no longer for another writer, either, and makes anew only a mirror that is not there.
        """
        for name in wanted:
            mirror.kept_as(name)  # refuses what is neither a ref nor a commit before anything is sent
        until = None if seconds is None else time.monotonic() + seconds
        with self._locked(repository, until) as here:
            try:
                missing = [name for name in wanted if not names.is_sha(name) or self._store(repository).commit(name) is None]
                if here.path in self._doubted:
                    raise GitTrouble(f"{repository}: the mirror is damaged")
                if missing:
                    remote = self._remote(repository)
                    here.fetch(remote, missing, None if until is None else max(until - time.monotonic(), 0.1))
                    here.tidy(remote)
            except process.TookTooLong:
                raise
            except GitTrouble:
                if until is not None and here.path.exists():
                    raise
                # No mirror, a damaged one, or the other side said no; that it says again before anything is transferred.
                self._make_anew(repository, here, wanted)

    def resolve(self, repository: str, revision: str) -> str:
        """The commit of a full ref, as last fetched, or of 40 hex digits."""
        store = self._store(repository)
        commit = store.commit(revision if names.is_sha(revision) else mirror.kept_as(revision))
        if commit is None:
            raise GitTrouble(f"{repository}: {names.shown(revision)} is not in the mirror; fetch it first")
        return commit

    def revert(self, repository: str, tip: str, commit: str, *, author: str, at: datetime, message: str) -> Reverted:
        return reverting.revert(self._store(repository), tip, commit, author=author, at=at, message=message)

    def push(self, repository: str, commit: str, branch: str, access: tuple[str, str]) -> None:
        remote = Remote(*access)
        with self._locked(repository) as here:
            try:
                here.push(remote, names.sha(commit), f"refs/heads/{branch}")
            except process.GitFailed as error:
                # Git ends with 1 where the other side took the push in and refused it, and with 128 where it did not come so far.
                kind = GitRefused if error.code == 1 else GitTrouble
                raise kind(f"{repository}: {error}") from None

    def _store(self, repository: str) -> ObjectStore:
        here = self._mirror(repository)

        def bring(blobs: Sequence[str]) -> None:
            with self._locked(repository):
                try:
                    here.fetch_blobs(self._remote(repository), blobs)
                except process.GitFailed as error:
                    raise GitTrouble(f"{repository}: {error}") from None

        return ObjectStore(repository, here.path, here.variables, self._readers, bring, lambda: self._doubted.add(here.path), partial=True)

    def _make_anew(self, repository: str, here: Mirror, wanted: Sequence[str]) -> None:
        """Fetch into a new mirror beside the old one, which is replaced only if that works."""
        fresh = Mirror(here.path.with_suffix(".new"), self._variables)
        fresh.remove()
        fresh.make()
        try:
            fresh.fetch(self._remote(repository), wanted)
        except process.GitFailed as error:
            fresh.remove()
            raise GitTrouble(f"{repository}: {error}") from None
        old = here.path.with_suffix(".old")
        shutil.rmtree(old, ignore_errors=True)
        if here.path.exists():
            here.path.rename(old)
        fresh.path.rename(here.path)
        shutil.rmtree(old, ignore_errors=True)
        self._doubted.discard(here.path)

    def _mirror(self, repository: str) -> Mirror:
        return Mirror(mirror.place(self._root, repository), self._variables)

    def _remote(self, repository: str) -> Remote:
        return Remote(*self._access(repository))

    @contextmanager
    def _locked(self, repository: str, until: float | None = None) -> Iterator[Mirror]:
        """One writer a mirror, among threads and processes: each opens the lock file for itself. until: by the monotonic clock."""
        here = self._mirror(repository)
        here.path.parent.mkdir(parents=True, exist_ok=True)
        with here.path.with_suffix(".lock").open("w") as lock:
            if until is None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            while until is not None and not _taken(lock):
                if time.monotonic() > until:
                    raise process.TookTooLong(f"{repository}: another fetch is under way")
                time.sleep(_LOOK_AGAIN)
            yield here


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
