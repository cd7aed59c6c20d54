"""Reading a repository on this machine."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.gitrepo import ENVIRONMENT, Entry, GitRepository

from countersign.adapters.git import process, trees
from countersign.adapters.git.desk import Desk
from countersign.ports import ChangedFile, GitTrouble, MergeResult

TEXT = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repository.git")


@pytest.fixture
def desk(repository: GitRepository) -> Iterator[Desk]:
    with Desk(repository.path) as desk:
        yield desk


def clone(repository: GitRepository, to: Path, *options: str) -> Path:
    subprocess.run(["git", "clone", "--quiet", *options, repository.path.as_uri(), str(to)], check=True, env=ENVIRONMENT)
    return to


# -- revisions ---------------------------------------------------------------------------------------------------------------


def test_anything_that_git_takes_for_a_revision_is_resolved(repository: GitRepository, desk: Desk) -> None:
    first = repository.commit({"a": "1"})
    second = repository.commit({"a": "2"})
    repository.git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "tag", "-am", "one", "v1", first)
    asked = ("main", "refs/heads/main", second, second[:10], "main~1", "v1", "HEAD^")
    assert [desk.resolve("", revision) for revision in asked] == [second] * 4 + [first] * 3


@pytest.mark.parametrize("revision", ["nowhere", "--upload-pack=touch /tmp/x", "-h", "", "main:a", "a" * 40, "main main", "\udcff\x1b[31m"])
def test_what_is_no_commit_is_told_with_its_name(repository: GitRepository, desk: Desk, revision: str) -> None:
    repository.commit({"a": "1"})
    with pytest.raises(GitTrouble, match="is no commit here, see git branch") as trouble:
        desk.resolve("", revision)
    assert str(trouble.value).isprintable()


@pytest.mark.parametrize("revision", ["main\ncontents main:a", "main\0"])
def test_a_revision_cannot_smuggle_a_second_request(repository: GitRepository, desk: Desk, revision: str) -> None:
    repository.commit({"a": "1"})
    with pytest.raises(GitTrouble, match="is not a revision"):
        desk.resolve("", revision)


@pytest.mark.parametrize("name", ["HEAD", "--output=/tmp/x", "refs/heads/main"])
def test_only_full_object_ids_reach_an_argument_list(repository: GitRepository, desk: Desk, name: str) -> None:
    tip = repository.commit({"a": "1"})
    for question in (desk.merge_base, desk.merge, desk.changed, desk.commits, desk.is_ancestor):
        with pytest.raises(GitTrouble, match="is not a full object id"):
            question("", tip, name)


# -- what would land ---------------------------------------------------------------------------------------------------------


def test_a_merge_takes_both_sides(repository: GitRepository, desk: Desk) -> None:
    fork = repository.commit({"a": TEXT})
    main = repository.commit({"a": "top\n" + TEXT})
    head = repository.commit({"a": TEXT + "bottom\n"}, branch="topic", parents=[fork])
    landed = desk.merge("", main, head)
    assert landed.conflicts == ()
    (blob,) = desk.files("", landed.tree).values()
    assert desk.read("", [blob]) == {blob: f"top\n{TEXT}bottom\n".encode()}


def test_a_merge_follows_a_rename_on_the_other_side(repository: GitRepository, desk: Desk) -> None:
    fork = repository.commit({"old/a": TEXT})
    main = repository.commit({"old/a": None, "new/a": "top\n" + TEXT})
    head = repository.commit({"old/a": TEXT + "bottom\n"}, branch="topic", parents=[fork])
    assert list(desk.files("", desk.merge("", main, head).tree)) == ["new/a"]


def test_a_conflict_names_its_files(repository: GitRepository, desk: Desk) -> None:
    hostile = 'a "b"\n\tc\udcff'
    fork = repository.commit({hostile: "1\n", "gone": "1\n", "quiet": "1\n"})
    main = repository.commit({hostile: "2\n", "gone": None})
    head = repository.commit({hostile: "3\n", "gone": "3\n"}, branch="topic", parents=[fork])
    assert set(desk.merge("", main, head).conflicts) == {hostile, "gone"}


def test_a_branch_that_is_up_to_date_lands_as_it_is(repository: GitRepository, desk: Desk) -> None:
    main = repository.commit({"a": "1"})
    head = repository.commit({"a": "2"}, branch="topic", parents=[main])
    tree = repository.git("rev-parse", f"{head}^{{tree}}").strip()
    assert desk.merge("", main, head) == desk.merge("", head, main) == MergeResult(tree)


def test_unrelated_histories_have_no_merge_base_and_do_not_merge(repository: GitRepository, desk: Desk) -> None:
    main = repository.commit({"a": "1"})
    head = repository.commit({"b": "1"}, branch="topic", parents=[])
    assert desk.merge_base("", main, head) is None
    with pytest.raises(GitTrouble, match="no common history, so they cannot be merged; rebase the branch"):
        desk.merge("", main, head)


def test_attributes_files_of_the_pull_request_do_not_choose_how_to_merge(repository: GitRepository, tmp_path: Path) -> None:
    fork = repository.commit({"a": "1\n", ".gitattributes": "* merge=union\n"})
    main = repository.commit({"a": "2\n"})
    head = repository.commit({"a": "3\n"}, branch="topic", parents=[fork])
    work = clone(repository, tmp_path / "work")
    with Desk(work) as desk:
        assert desk.merge("", main, head).conflicts == ("a",)
    subprocess.run(["git", "config", "core.worktree", str(work)], cwd=work, check=True, env=ENVIRONMENT)  # as in every submodule
    with Desk(work) as desk:
        assert desk.merge("", main, head).conflicts == ("a",)


def test_a_desks_repository_is_not_written_to(repository: GitRepository, desk: Desk) -> None:
    fork = repository.commit({"a": TEXT})
    main = repository.commit({"a": "top\n" + TEXT})
    head = repository.commit({"a": TEXT + "bottom\n"}, branch="topic", parents=[fork])
    before = sorted(repository.path.rglob("*"))
    desk.merge("", main, head)
    assert sorted(repository.path.rglob("*")) == before


# -- files -------------------------------------------------------------------------------------------------------------------


def test_changes_are_told_with_both_sides(repository: GitRepository, desk: Desk) -> None:
    old = repository.commit({"edited": "1", "removed": TEXT, "same": "1", "moved": TEXT + "x"})
    new = repository.commit({"edited": "2", "removed": None, "moved": None, "d/moved": TEXT + "x", "added": "new"})

    def at(commit: str, path: str) -> str:
        return repository.blob(commit, path)

    assert set(desk.changed("", old, new)) == {
        ChangedFile("edited", "edited", at(old, "edited"), at(new, "edited")),
        ChangedFile("removed", "", at(old, "removed"), ""),
        ChangedFile("moved", "d/moved", at(old, "moved"), at(new, "d/moved")),
        ChangedFile("", "added", "", at(new, "added")),
    }


def test_a_rename_with_edits_is_found_by_likeness(repository: GitRepository, desk: Desk) -> None:
    old = repository.commit({"a/orders.yaml": TEXT})
    new = repository.commit({"a/orders.yaml": None, "b/orders.yaml": TEXT + "more\n"})
    (change,) = desk.changed("", old, new)
    assert (change.old_path, change.new_path) == ("a/orders.yaml", "b/orders.yaml")


def test_past_200_files_only_renames_without_edits_are_found(repository: GitRepository, desk: Desk) -> None:
    old = repository.commit({"edited": TEXT, "moved": TEXT + "x"})
    many = {f"new/{number}": f"{number}" for number in range(trees.MOST_COMPARED)}
    new = repository.commit({"edited": None, "new/edited": TEXT + "more\n", "moved": None, "new/moved": TEXT + "x", **many})
    renamed = [(c.old_path, c.new_path) for c in desk.changed("", old, new) if c.old_path]
    assert sorted(renamed) == [("edited", ""), ("moved", "new/moved")]


def test_links_and_submodules_are_no_files(repository: GitRepository, desk: Desk) -> None:
    old = repository.commit({"kept": "text", "link": Entry("120000", "/etc/passwd"), "now a link": "text"})
    new = repository.commit({"link": Entry("120000", "/etc/shadow"), "module": Entry("160000", old), "now a link": Entry("120000", "kept")})
    assert list(desk.files("", new)) == ["kept"]
    assert list(desk.paths("", new, ["kept", "link", "module", "now a link"])) == ["kept"]
    assert desk.changed("", old, new) == (ChangedFile("now a link", "", repository.blob(old, "now a link"), ""),)


def test_a_changed_mode_is_no_changed_file(repository: GitRepository, desk: Desk) -> None:
    old = repository.commit({"a": "text"})
    new = repository.commit({"a": Entry("100755", "text")})
    assert desk.changed("", old, new) == ()
    assert list(desk.files("", new)) == ["a"]


def test_paths_are_any_bytes_and_never_patterns_or_options(repository: GitRepository, desk: Desk) -> None:
    hostile = ["--upload-pack=x", "-", "*", ":(top)a", ":!a", "a\nb", 'q"uote', "back\\slash", "\udcff\udcfe", "ünï", " "]
    commit = repository.commit({"a": "1", **dict.fromkeys(hostile, "2")})
    found = desk.paths("", commit, [*hostile, "../a", "/a", "", ".", "x\0y", "a/", "no/such", "a" * 5000])
    assert list(found) == hostile
    assert desk.files("", commit).keys() == {"a", *hostile}
    assert desk.first_parents_touching("", commit, "*") == (commit,)
    assert desk.first_parents_touching("", commit, "../a") == ()


def test_blobs_are_read_whole_and_the_large_are_not(repository: GitRepository, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "LARGEST_FILE", 1000)
    contents = {"empty": b"", "lines": b"\n\n", "bytes": bytes(range(256)), "most": b"x" * 1000, "large": b"x" * 1001}
    commit = repository.commit(contents)
    blobs = desk.files("", commit)
    read = desk.read("", [*blobs.values(), blobs["empty"]])
    assert {path: read[blob] for path, blob in blobs.items()} == {**contents, "large": None}


def test_the_largest_file_is_ten_megabytes() -> None:
    assert trees.LARGEST_FILE == 10 * 1024 * 1024


def test_many_blobs_come_in_their_order(repository: GitRepository, desk: Desk) -> None:
    commit = repository.commit({f"d/{number}": f"{number}" * 100 for number in range(1000)})
    files = desk.files("", commit)
    read = desk.read("", list(files.values()))
    assert all(read[blob] == path.removeprefix("d/").encode() * 100 for path, blob in files.items())


def test_what_is_no_blob_is_not_read(repository: GitRepository, desk: Desk) -> None:
    commit = repository.commit({"a": "1"})
    with pytest.raises(GitTrouble, match="is a commit, not a file's content"):
        desk.read("", [commit])


# -- history -----------------------------------------------------------------------------------------------------------------


def test_commits_are_told_newest_first(repository: GitRepository, desk: Desk) -> None:
    fork = repository.commit({"a": "1"})
    one = repository.commit({"b": "1"}, branch="topic", parents=[fork], author="Bo <bo@example.com>", committer="Cy <cy@example.com>")
    two = repository.commit({"b": "2"}, branch="topic")
    newest, oldest = desk.commits("", fork, two)
    assert (newest.sha, newest.parents, oldest.sha, oldest.parents) == (two, (one,), one, (fork,))
    assert (oldest.author, oldest.committer) == ("bo@example.com", "cy@example.com")
    assert oldest.committed_at == datetime(2026, 1, 1, 12, 1, tzinfo=UTC)
    assert oldest.tree == repository.git("rev-parse", f"{one}^{{tree}}").strip()


def test_the_first_parent_history_leaves_out_what_was_merged(repository: GitRepository, desk: Desk) -> None:
    first = repository.commit({"a": "1"})
    side = repository.commit({"b": "1"}, branch="topic", parents=[first])
    second = repository.commit({"a": "2"})
    merged = repository.commit({"b": "1"}, parents=[second, side])
    third = repository.commit({"c": "1"})
    assert [c.sha for c in desk.first_parents("", third)] == [third, merged, second, first]
    assert [c.sha for c in desk.first_parents("", third, until=second)] == [third, merged]
    assert [c.sha for c in desk.first_parents("", third, limit=1)] == [third]
    assert desk.first_parents_touching("", third, "b") == (merged,)
    assert desk.first_parents_touching("", third, "a", limit=1) == (second,)
    assert desk.is_ancestor("", side, third) and not desk.is_ancestor("", third, side)
    assert desk.merge_base("", side, second) == first


def test_a_commit_dated_beyond_all_calendars_is_still_read(repository: GitRepository, desk: Desk) -> None:
    tree = repository.git("rev-parse", repository.commit({"a": "1"}) + "^{tree}").strip()
    text = f"tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 99999999999999999 +0000\n\nlate\n"
    hashed = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    done = subprocess.run(hashed, input=text.encode(), cwd=repository.path, check=True, capture_output=True, env=ENVIRONMENT)
    (commit,) = desk.first_parents("", done.stdout.decode().strip())
    assert commit.committed_at == datetime(1970, 1, 1, tzinfo=UTC)


# -- what kind of repository -------------------------------------------------------------------------------------------------


def test_work_trees_linked_work_trees_and_directories_below_will_do(repository: GitRepository, tmp_path: Path) -> None:
    tip = repository.commit({"d/a": "1"})
    work = clone(repository, tmp_path / "work")
    subprocess.run(["git", "worktree", "add", "-q", "-b", "linked", str(tmp_path / "li:nked")], cwd=work, check=True, env=ENVIRONMENT)
    for path in (work, work / "d", work / ".git", tmp_path / "li:nked"):
        with Desk(path) as desk:
            assert desk.resolve("", "HEAD") == tip
            assert desk.read("", [repository.blob(tip, "d/a")]) == {repository.blob(tip, "d/a"): b"1"}


def test_a_hooks_variables_do_not_lead_elsewhere(repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tip = repository.commit({"a": "1"})
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    with Desk(repository.path) as desk:
        assert desk.resolve("", "main") == tip


def test_no_repository_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(GitTrouble, match=r"not a git repository.*Give the path of a Git repository \(--repo\)"):
        Desk(tmp_path)
    with pytest.raises(GitTrouble, match="there is no repository here"):
        Desk(tmp_path / "nowhere")


def test_history_cut_off_by_a_shallow_clone_is_told_with_what_to_do(repository: GitRepository, tmp_path: Path) -> None:
    fork = repository.commit({"a": "1"})
    main = repository.commit({"b": "1"})
    head = repository.commit({"c": "1"}, branch="topic", parents=[fork])
    with Desk(clone(repository, tmp_path / "shallow", "--depth=1", "--no-single-branch")) as desk:
        for question in (desk.merge_base, desk.merge, desk.is_ancestor):
            with pytest.raises(GitTrouble, match="git fetch --unshallow"):
                question("", main, head)
        with pytest.raises(GitTrouble, match="git fetch --unshallow"):
            desk.resolve("", fork)


def test_a_partial_clone_does_not_fetch_behind_ones_back(repository: GitRepository, tmp_path: Path) -> None:
    tip = repository.commit({"a": "1"})
    blob = repository.blob(tip, "a")
    partial = clone(repository, tmp_path / "partial", "--filter=blob:none", "--bare")
    with Desk(partial) as desk:
        with pytest.raises(GitTrouble, match=r"because this is a partial clone\. Run git fetch --refetch --no-filter"):
            desk.read("", [blob])
        subprocess.run(["git", "fetch", "-q", "--refetch", "--no-filter"], cwd=partial, check=True, env=ENVIRONMENT)
        assert desk.read("", [blob]) == {blob: b"1"}


def test_sha256_repositories_are_refused(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--object-format=sha256", str(tmp_path)], check=True, env=ENVIRONMENT)
    with pytest.raises(GitTrouble, match="only sha1 repositories can be judged"):
        Desk(tmp_path)


# -- Git itself --------------------------------------------------------------------------------------------------------------


def fake_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_an_old_git_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert process.version_check() >= (2, 38)
    fake_git(tmp_path, monkeypatch, 'test "$1" = version && echo git version 2.37.9 && exit; echo usage >&2; exit 129')
    with pytest.raises(GitTrouble, match=r"Git 2\.37 is too old.*Install Git 2\.38 or newer"):
        process.version_check()
    with pytest.raises(GitTrouble, match=r"Git 2\.37 is too old"):
        process.run(["merge-tree", "--write-tree"], directory=tmp_path, variables=process.environment())


def test_no_git_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitTrouble, match=r"git was not found: install Git 2\.38 or newer"):
        process.version_check()


def test_a_git_that_hangs_is_killed_with_what_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive = tmp_path / "alive"
    os.mkfifo(alive)
    reader = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
    fake_git(tmp_path, monkeypatch, f"exec 3> {alive}; sleep 1000 & wait")
    with pytest.raises(GitTrouble, match="git fetch did not end within 1 s"):
        process.run(["fetch"], directory=tmp_path, variables=process.environment(), seconds=1)
    poll = select.poll()
    poll.register(reader)
    assert poll.poll(10_000) == [(reader, select.POLLHUP)]  # the last that held the other end is gone
    os.close(reader)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"noise\nfatal: unable to access 'https://bot:s3cret@host/x': no\n\n", "fatal: unable to access 'https://***@host/x': no"),
        (b"> Authorization: Basic czNjcmV0", "> Authorization: ***"),
        (b"remote: \x1b[31mred\x07", "remote: ?[31mred?"),
        (b"", ""),
    ],
)
def test_gits_last_word_is_shown_without_secrets_or_control_characters(said: bytes, shown: str) -> None:
    assert process.last_line(said) == shown
