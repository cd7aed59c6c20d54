"""Mirrors of repositories elsewhere, over real HTTP with a token; ``git http-backend`` is the other side."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.githttp import GitServer, serving
from tests.gitrepo import GitRepository

from countersign.adapters.git import mirror, names, process
from countersign.adapters.git.desk import Desk
from countersign.adapters.git.mirror import Remote
from countersign.adapters.git.mirrors import Mirrors
from countersign.ports import GitTrouble

ORDERS = "acme/orders"
TOKEN = "ghs_a-token.of-any_length"
MAIN = "refs/heads/main"
PULL = "refs/pull/7/head"
TEXT = "".join(f"line {number}\n" for number in range(20))


@dataclass
class Served:
    """A repository elsewhere, and mirrors of what is there."""

    origin: GitRepository
    server: GitServer
    mirrors: Mirrors
    root: Path

    @property
    def mirror(self) -> Path:
        return self.root / "acme" / "orders.git"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    origin = GitRepository(tmp_path / "served" / "acme" / "orders.git")
    with serving(tmp_path / "served") as server:
        server.tokens[ORDERS] = TOKEN
        mirrors = Mirrors(tmp_path / "mirrors", server.access)
        yield Served(origin, server, mirrors, tmp_path / "mirrors")
        mirrors.close()


def pull_request(origin: GitRepository) -> tuple[str, str]:
    """A base tip and a head that edit the same file, and a head that renames another with edits, beside a thousand bystanders."""
    bystanders = {f"src/{number % 40}/{number}.py": f"print({number})\n" for number in range(1000)}
    fork = origin.commit({"orders.yaml": TEXT, "customers.yaml": TEXT + "customers\n", **bystanders})
    main = origin.commit({"orders.yaml": "top\n" + TEXT, "customers.yaml": "top\n" + TEXT + "customers\n"})
    change = {"orders.yaml": TEXT + "bottom\n", "customers.yaml": None, "people.yaml": TEXT + "customers\nbottom\n"}
    head = origin.commit(change, branch=PULL, parents=[fork])
    return main, head


# -- fetching ----------------------------------------------------------------------------------------------------------------


def test_refs_and_commits_are_brought_without_any_blob(served: Served) -> None:
    main, head = pull_request(served.origin)
    served.mirrors.fetch(ORDERS, [MAIN, PULL])
    assert (served.mirrors.resolve(ORDERS, MAIN), served.mirrors.resolve(ORDERS, PULL)) == (main, head)
    assert len(served.mirrors.files(ORDERS, head)) == 1002
    kinds = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"], cwd=served.mirror, check=True, capture_output=True
    ).stdout.split()
    assert b"commit" in kinds and b"tree" in kinds and b"blob" not in kinds


def test_a_commit_that_is_here_is_not_asked_for_again(served: Served) -> None:
    main, head = pull_request(served.origin)
    served.mirrors.fetch(ORDERS, [main, head])
    asked = len(served.server.authorisations)
    served.mirrors.fetch(ORDERS, [head, main])
    assert len(served.server.authorisations) == asked
    assert served.mirrors.resolve(ORDERS, head) == head


def test_a_ref_that_moved_back_is_followed(served: Served) -> None:
    first = served.origin.commit({"a": "1"})
    served.origin.commit({"a": "2"})
    served.mirrors.fetch(ORDERS, [MAIN])
    served.origin.point(MAIN, first)
    served.mirrors.fetch(ORDERS, [MAIN])
    assert served.mirrors.resolve(ORDERS, MAIN) == first


def test_who_cannot_wait_does_not_wait_for_another_fetch_and_has_what_was_brought_last(served: Served) -> None:
    main = served.origin.commit({"a": "1"})
    served.mirrors.fetch(ORDERS, [MAIN])
    with served.mirror.with_suffix(".lock").open("w") as another:
        fcntl.flock(another, fcntl.LOCK_EX)
        with pytest.raises(GitTrouble, match="another fetch is under way"):
            served.mirrors.fetch(ORDERS, [MAIN], seconds=0.01)
    assert served.mirrors.resolve(ORDERS, MAIN) == main
    served.mirrors.fetch(ORDERS, [MAIN], seconds=30)


def test_who_cannot_wait_does_not_wait_for_a_server_that_does_not_answer(served: Served) -> None:
    main = served.origin.commit({"a": "1"})
    served.mirrors.fetch(ORDERS, [MAIN])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        served.server.url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(GitTrouble, match="did not end within"):
            served.mirrors.fetch(ORDERS, [MAIN], seconds=0.2)
    assert served.mirrors.resolve(ORDERS, MAIN) == main


def test_a_branch_may_take_the_place_of_a_directory_of_branches(served: Served) -> None:
    first = served.origin.commit({"a": "1"}, branch="topic")
    served.mirrors.fetch(ORDERS, ["refs/heads/topic"])
    served.origin.git("update-ref", "-d", "refs/heads/topic")
    second = served.origin.commit({"a": "2"}, branch="topic/Näxt", parents=[first])
    served.mirrors.fetch(ORDERS, ["refs/heads/topic/Näxt"])
    assert served.mirrors.resolve(ORDERS, "refs/heads/topic/Näxt") == second


@pytest.mark.parametrize("missing", ["refs/heads/nowhere", "refs/pull/8/head", "a" * 40])
def test_what_is_not_there_is_told_and_the_mirror_stays(served: Served, missing: str) -> None:
    main = served.origin.commit({"a": "1"})
    served.mirrors.fetch(ORDERS, [MAIN])
    inode = served.mirror.stat().st_ino
    with pytest.raises(GitTrouble, match=f"acme/orders: git fetch: .*{missing}"):
        served.mirrors.fetch(ORDERS, [MAIN, missing])
    assert served.mirrors.resolve(ORDERS, MAIN) == main
    assert served.mirror.stat().st_ino == inode


def test_what_was_never_fetched_is_told(served: Served) -> None:
    main = served.origin.commit({"a": "1"})
    with pytest.raises(GitTrouble, match="there is no repository here"):
        served.mirrors.files(ORDERS, main)
    served.mirrors.fetch(ORDERS, [MAIN])
    with pytest.raises(GitTrouble, match="is not in the mirror; fetch it first"):
        served.mirrors.resolve(ORDERS, PULL)
    with pytest.raises(GitTrouble, match=f"commit {'b' * 40} is not here; fetch it first"):
        served.mirrors.commits(ORDERS, main, "b" * 40)


@pytest.mark.parametrize(
    "name",
    [
        "main",
        "HEAD",
        "--upload-pack=touch /tmp/x",
        "refs/heads/--upload-pack=x:refs/heads/y",
        "refs/heads/*",
        "^refs/heads/main",
        "+refs/heads/main",
        "refs/heads/a\nrefs/heads/b",
        "refs/heads/a..b",
        "refs/heads/a.lock",
        "refs/heads/",
        "refs/heads/a@{1}",
        "refs/tags/v1",
        "refs/pull/7/merge",
        "refs/pull/0/head",
        "A" * 40,
        "a" * 39,
        "",
    ],
)
def test_names_that_are_not_full_refs_or_commits_are_refused_before_anything_is_sent(served: Served, name: str) -> None:
    with pytest.raises(GitTrouble, match="is not a full ref"):
        served.mirrors.fetch(ORDERS, [MAIN, name])
    with pytest.raises(GitTrouble, match="is not a full ref"):
        mirror.kept_as(name)
    assert served.server.authorisations == []


def test_a_branch_with_an_options_name_is_only_a_branch(served: Served) -> None:
    ref = "refs/heads/--upload-pack=touch${IFS}x"
    tip = served.origin.commit({"a": "1"}, branch=ref)
    served.mirrors.fetch(ORDERS, [ref])
    assert served.mirrors.resolve(ORDERS, ref) == tip


@pytest.mark.parametrize(
    "name", ["acme", "acme/../../etc", "acme/..", "/acme/orders", "acme/orders/x", "ac me/x", "acme/a\nb", "../orders"]
)
def test_a_repositorys_name_never_leads_out_of_the_root(served: Served, name: str) -> None:
    with pytest.raises(GitTrouble, match="is not a repository's name"):
        served.mirrors.fetch(name, [MAIN])


# -- judging without lazy fetches --------------------------------------------------------------------------------------------


def test_a_judgement_brings_all_its_blobs_in_one_request_a_step(served: Served) -> None:
    main, head = pull_request(served.origin)
    served.mirrors.fetch(ORDERS, [MAIN, PULL])
    asked = len(served.server.fetches)

    landed = served.mirrors.merge(ORDERS, main, head)
    assert len(served.server.fetches) == asked + 1
    assert landed.conflicts == ()

    changes = {c.new_path: c for c in served.mirrors.changed(ORDERS, main, landed.tree)}
    assert {c.old_path for c in changes.values()} == {"orders.yaml", "customers.yaml"}
    blobs = [blob for c in changes.values() for blob in (c.old_blob, c.new_blob)]
    read = served.mirrors.read(ORDERS, blobs)
    assert read[changes["orders.yaml"].new_blob] == f"top\n{TEXT}bottom\n".encode()
    assert read[changes["people.yaml"].new_blob] == f"top\n{TEXT}customers\nbottom\n".encode()
    assert len(served.server.fetches) == asked + 1  # the merge had brought them


def test_a_hundred_blobs_are_one_request(served: Served) -> None:
    _, head = pull_request(served.origin)
    served.mirrors.fetch(ORDERS, [PULL])
    asked = len(served.server.fetches)
    hundred = list(served.mirrors.files(ORDERS, head).values())[:100]
    assert all(served.mirrors.read(ORDERS, hundred).values())
    assert len(served.server.fetches) == asked + 1
    served.mirrors.read(ORDERS, hundred)
    assert len(served.server.fetches) == asked + 1


def test_a_rename_with_edits_brings_the_added_and_removed_files_at_once(served: Served) -> None:
    old = served.origin.commit({f"a/{number}.yaml": TEXT + str(number) for number in range(30)})
    moved = {f"b/{number}.yaml": TEXT + str(number) + "more\n" for number in range(30)}
    new = served.origin.commit({**{f"a/{number}.yaml": None for number in range(30)}, **moved})
    served.mirrors.fetch(ORDERS, [MAIN])
    asked = len(served.server.fetches)
    assert len(served.mirrors.changed(ORDERS, old, new)) == 30
    assert len(served.server.fetches) == asked + 1


def test_renames_without_edits_and_plain_additions_need_no_blob(served: Served) -> None:
    old = served.origin.commit({"a": TEXT})
    new = served.origin.commit({"a": None, "b": TEXT, "c": "new"})
    served.mirrors.fetch(ORDERS, [MAIN])
    asked = len(served.server.fetches)
    assert sorted((c.old_path, c.new_path) for c in served.mirrors.changed(ORDERS, old, new)) == [("", "c"), ("a", "b")]
    assert len(served.server.fetches) == asked


def test_branches_that_merged_each_other_are_judged_as_on_a_desk(served: Served) -> None:
    origin = served.origin
    fork = origin.commit({"a/one": TEXT, "two": TEXT})
    left = origin.commit({"a/one": "left\n" + TEXT})
    right = origin.commit({"a/one": None, "b/one": TEXT + "right\n"}, branch="topic", parents=[fork])
    both = {"a/one": None, "b/one": "left\n" + TEXT + "right\n"}
    left = origin.commit({**both, "two": "left\n" + TEXT}, parents=[left, right])
    right = origin.commit({**both, "two": TEXT + "right\n"}, branch="topic", parents=[right, origin.git("rev-parse", f"{left}^1").strip()])
    served.mirrors.fetch(ORDERS, [left, right])
    asked = len(served.server.fetches)
    with Desk(origin.path) as desk:
        assert served.mirrors.merge(ORDERS, left, right) == desk.merge("", left, right)
    assert len(served.server.fetches) == asked + 1


def test_a_blob_that_nobody_has_is_told(served: Served) -> None:
    served.origin.commit({"a": "1"})
    served.mirrors.fetch(ORDERS, [MAIN])
    with pytest.raises(GitTrouble, match="acme/orders: git fetch: .*" + "c" * 40):
        served.mirrors.read(ORDERS, ["c" * 40])


# -- the token ---------------------------------------------------------------------------------------------------------------


def test_the_token_is_in_no_file_no_argument_and_no_message(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "arguments"
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    main, head = pull_request(served.origin)
    mirrors = Mirrors(served.root, served.server.access)
    mirrors.fetch(ORDERS, [MAIN, PULL])
    mirrors.merge(ORDERS, main, head)
    secret = served.server.authorisations[-1][1].removeprefix("Basic ")
    said = [log.read_text(), repr(Remote("https://github.com/acme/orders.git", TOKEN))]
    monkeypatch.setitem(served.server.tokens, ORDERS, "another")
    refused = Mirrors(tmp_path / "other", lambda repository: (served.server.clone_url(repository), TOKEN))
    with pytest.raises(GitTrouble, match=r"git fetch: fatal: could not read Username.*terminal prompts disabled") as trouble:
        refused.fetch(ORDERS, [MAIN])
    said.append(str(trouble.value))
    said += [path.read_text("latin-1") for path in served.root.rglob("*") if path.is_file()]
    assert "fetch --quiet --filter=blob:none" in said[0]
    assert not [text for text in said if TOKEN in text or secret in text]


def test_each_repository_is_fetched_with_its_own_token(served: Served, tmp_path: Path) -> None:
    GitRepository(tmp_path / "served" / "acme" / "other.git").commit({"a": "1"})
    served.server.tokens["acme/other"] = "another token"
    served.origin.commit({"a": "1"})
    served.mirrors.fetch(ORDERS, [MAIN])
    served.mirrors.fetch("acme/other", [MAIN])
    sent = {(path.split("/")[2], header) for path, header in served.server.authorisations}
    assert len(sent) == 2


def test_a_redirect_is_not_followed(served: Served, tmp_path: Path) -> None:
    GitRepository(tmp_path / "served" / "acme" / "other.git").commit({"a": "1"})
    served.server.redirect[ORDERS] = served.server.clone_url("acme/other")
    with pytest.raises(GitTrouble, match="git fetch: fatal: "):
        served.mirrors.fetch(ORDERS, [MAIN])
    assert {path.split("/")[2] for path, _ in served.server.authorisations} == {"orders.git"}


@pytest.mark.parametrize(
    "url",
    [
        "http://git.example.com/acme/orders.git",
        "https://bot:s3cret@git.example.com/acme/orders.git",
        "ssh://git.example.com/acme/orders.git",
        "file:///etc",
        "ext::sh -c true",
        "/etc",
        "https://git.example.com/acme/orders.git?x",
        "https://git.example.com/a\nb",
        "http://127.0.0.1.example.com/acme/orders.git",
    ],
)
def test_only_https_is_spoken_and_http_to_this_machine(url: str) -> None:
    with pytest.raises(GitTrouble, match="the clone URL is refused"):
        names.clone_url(url)


def test_the_proxy_and_the_certificates_are_the_only_settings_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntest $1 = fetch && env > {seen}\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    for name in ("COUNTERSIGN_SECRET", "GIT_TRACE_CURL", "GIT_SSH_COMMAND", "GIT_ASKPASS", "https_proxy", "GIT_CONFIG_GLOBAL", "HOME"):
        monkeypatch.setenv(name, "the machine's")
    mirrors = Mirrors(
        tmp_path / "mirrors", lambda _: ("https://git.example.com/a/b.git", "t"), proxy="http://p:1", no_proxy="x", ca_file="/ca"
    )
    (tmp_path / "mirrors" / "a" / "b.git").mkdir(parents=True)
    with pytest.raises(Exception, match="git"):
        mirrors.fetch("a/b", [MAIN])
    mirrors.close()
    variables = dict(line.split("=", 1) for line in seen.read_text().splitlines() if "=" in line)
    assert "the machine's" not in variables.values()
    assert {name: variables[name] for name in ("https_proxy", "http_proxy", "no_proxy", "GIT_SSL_CAINFO", "HOME")} == {
        "https_proxy": "http://p:1",
        "http_proxy": "http://p:1",
        "no_proxy": "x",
        "GIT_SSL_CAINFO": "/ca",
        "HOME": os.devnull,
    }


# -- caches that are lost, and company ---------------------------------------------------------------------------------------


def test_a_mirror_that_was_deleted_is_fetched_again(served: Served) -> None:
    main, head = pull_request(served.origin)
    served.mirrors.fetch(ORDERS, [MAIN, PULL])
    before = served.mirrors.merge(ORDERS, main, head)
    shutil.rmtree(served.root)
    with pytest.raises(GitTrouble, match="there is no repository here"):
        served.mirrors.merge(ORDERS, main, head)
    served.mirrors.fetch(ORDERS, [MAIN, PULL])
    assert served.mirrors.merge(ORDERS, main, head) == before


@pytest.mark.parametrize("broken", ["HEAD", "objects", "config", "pack", "lock"])
def test_a_damaged_mirror_is_made_anew(served: Served, broken: str) -> None:
    main, head = pull_request(served.origin)
    served.mirrors.fetch(ORDERS, [MAIN, PULL])
    if broken == "objects":
        shutil.rmtree(served.mirror / "objects")
    elif broken == "pack":
        for pack in (served.mirror / "objects" / "pack").glob("*.pack"):
            pack.chmod(0o600)
            pack.write_bytes(b"PACK" + b"\0" * 100)
    elif broken == "lock":
        (served.mirror / f"{mirror.kept_as(MAIN)}.lock").touch()
        served.origin.commit({"b": "1"})
        served.origin.point(MAIN, main)
        moved = served.origin.commit({"b": "1"}, parents=[main])
        served.mirrors.fetch(ORDERS, [MAIN])
        assert served.mirrors.resolve(ORDERS, MAIN) == moved
    else:
        (served.mirror / broken).write_bytes(b"\0")
    served.mirrors.close()  # a reader that is still running has the old packs open
    served.mirrors.fetch(ORDERS, [MAIN, PULL, main])
    assert served.mirrors.merge(ORDERS, main, head).conflicts == ()


def test_damage_that_shows_only_in_reading_is_repaired_by_the_next_fetch(served: Served) -> None:
    main, head = pull_request(served.origin)
    served.mirrors.fetch(ORDERS, [main, head])
    tree = served.origin.git("rev-parse", f"{head}^{{tree}}").strip()
    served.mirrors.close()
    packed = served.mirror / "objects" / "pack"
    unpack = served.mirror.parent / "packs"
    packed.rename(unpack)
    packed.mkdir()
    for pack in unpack.glob("*.pack"):
        subprocess.run(["git", "unpack-objects", "-q"], stdin=pack.open("rb"), cwd=served.mirror, check=True)
    (served.mirror / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(GitTrouble, match=r"acme/orders: "):
        served.mirrors.files(ORDERS, head)
    served.mirrors.fetch(ORDERS, [main, head])
    assert len(served.mirrors.files(ORDERS, head)) == 1002


def test_an_unreachable_server_leaves_the_mirror_as_it_is(served: Served) -> None:
    main = served.origin.commit({"a": "1"})
    served.mirrors.fetch(ORDERS, [MAIN])
    served.server.tokens[ORDERS] = "changed"
    offline = Mirrors(served.root, lambda _: ("http://127.0.0.1:1/acme/orders.git", ""))
    with pytest.raises(GitTrouble, match="acme/orders: git fetch: fatal: unable to access"):
        offline.fetch(ORDERS, [MAIN])
    assert offline.resolve(ORDERS, MAIN) == main
    offline.close()


def test_threads_fetch_and_judge_side_by_side(served: Served) -> None:
    main, head = pull_request(served.origin)
    trees: list[str] = []
    errors: list[Exception] = []

    def judge() -> None:
        try:
            served.mirrors.fetch(ORDERS, [MAIN, PULL])
            landed = served.mirrors.merge(ORDERS, main, head)
            changes = served.mirrors.changed(ORDERS, main, landed.tree)
            served.mirrors.read(ORDERS, [c.new_blob for c in changes])
            trees.append(landed.tree)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=judge) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(trees) == 4 and len(set(trees)) == 1


def test_packs_that_gathered_are_packed_into_one(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "MOST_PACKS", 3)
    blobs = {}
    for number in range(5):
        tip = served.origin.commit({f"{number}": f"{number}"})
        served.mirrors.fetch(ORDERS, [MAIN])
        blobs[served.origin.blob(tip, f"{number}")] = str(number).encode()
        served.mirrors.read(ORDERS, list(blobs))
    assert len(list((served.mirror / "objects" / "pack").glob("*.pack"))) <= 4
    asked = len(served.server.fetches)
    assert served.mirrors.read(ORDERS, list(blobs)) == blobs
    assert len(served.server.fetches) == asked  # nothing that was brought is lost by it


def test_a_name_for_people_is_never_hostile() -> None:
    assert names.shown("main") == "'main'"
    assert names.shown("a\x1b[31m\udcff").isprintable()
    assert len(names.shown("x" * 10_000)) < 200
    assert process.environment().keys().isdisjoint({"HOME", "GIT_DIR"})
