"""A commit that takes another one back, made in the mirror and pushed from there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.githttp import serving
from tests.gitrepo import GitRepository

from countersign.adapters.git.mirrors import Mirrors
from countersign.ports import GitRefused, GitTrouble, Reverted

NAME, BRANCH = "acme/orders", "countersign/revert-1"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOT = "countersign-writer[bot] <countersign-writer[bot]@users.noreply.github.com>"
LINES = [f"line {number}\n" for number in range(20)]


@dataclass
class Served:
    origin: GitRepository
    mirrors: Mirrors
    access: tuple[str, str]

    def revert(self, commit: str) -> Reverted:
        self.mirrors.fetch(NAME, ["refs/heads/main"])
        tip = self.mirrors.resolve(NAME, "refs/heads/main")
        return self.mirrors.revert(NAME, tip, commit, author=BOT, at=NOON, message="Revert\n\nIt broke production.\n")

    def push(self, commit: str) -> None:
        self.mirrors.push(NAME, commit, BRANCH, self.access)

    def there(self) -> str:
        return self.origin.git("rev-parse", f"refs/heads/{BRANCH}").strip()

    def tree(self, revision: str) -> str:
        return self.origin.git("rev-parse", f"{revision}^{{tree}}").strip()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    origin = GitRepository(tmp_path / "served" / "acme" / "orders.git")
    origin.git("config", "http.receivepack", "true")
    with serving(tmp_path / "served") as server:
        server.tokens[NAME] = "ghs_token"
        mirrors = Mirrors(tmp_path / "mirrors", server.access)
        yield Served(origin, mirrors, server.access(NAME))
        mirrors.close()


def test_where_nothing_came_after_it_the_tree_is_to_the_letter_what_stood_before(served: Served) -> None:
    before = served.origin.commit({"orders.yaml": "".join(LINES), "gone.txt": "was here\n"})
    bad = served.origin.commit({"orders.yaml": "other\n", "gone.txt": None, "new.txt": "new\n"})
    made = served.revert(bad)
    served.push(made.commit)
    assert made.whole and served.there() == made.commit
    assert served.tree(made.commit) == served.tree(before)
    shown = served.origin.git("log", "-1", "--format=%P %an <%ae> %at %s", made.commit).strip()
    assert shown == f"{bad} {BOT} {int(NOON.timestamp())} Revert"


def test_what_came_after_it_stays(served: Served) -> None:
    served.origin.commit({"orders.yaml": "".join(LINES)})
    bad = served.origin.commit({"orders.yaml": "".join(["changed\n", *LINES[1:]])})
    served.origin.commit({"orders.yaml": "".join(["changed\n", *LINES[1:-1], "later\n"]), "README.md": "Later\n"})
    made = served.revert(bad)
    served.push(made.commit)
    assert not made.whole and not made.conflicts
    assert served.origin.git("show", f"{made.commit}:orders.yaml") == "".join([*LINES[:-1], "later\n"])
    assert served.origin.git("show", f"{made.commit}:README.md") == "Later\n"


def test_of_a_merge_all_that_it_brought_is_taken_back(served: Served) -> None:
    before = served.origin.commit({"orders.yaml": "".join(LINES)})
    side = served.origin.commit({"orders.yaml": "other\n"}, branch="side", parents=[before])
    merge = served.origin.commit({"orders.yaml": "other\n"}, parents=[before, side])
    made = served.revert(merge)
    served.push(made.commit)
    assert made.whole and served.tree(made.commit) == served.tree(before)


def test_a_conflict_is_said_and_nothing_is_made(served: Served) -> None:
    served.origin.commit({"orders.yaml": "first\n"})
    bad = served.origin.commit({"orders.yaml": "second\n"})
    served.origin.commit({"orders.yaml": "third\n"})
    assert served.revert(bad) == Reverted(commit="", whole=False, conflicts=("orders.yaml",))


def test_the_same_revert_is_the_same_commit_and_pushing_it_again_changes_nothing(served: Served) -> None:
    served.origin.commit({"orders.yaml": "first\n"})
    bad = served.origin.commit({"orders.yaml": "second\n"})
    once, again = served.revert(bad), served.revert(bad)
    served.push(once.commit)
    served.push(again.commit)
    assert once == again and served.there() == once.commit


def test_a_branch_of_that_name_that_is_somebody_elses_is_not_moved(served: Served) -> None:
    first = served.origin.commit({"orders.yaml": "first\n"})
    bad = served.origin.commit({"orders.yaml": "second\n"})
    served.origin.git("update-ref", f"refs/heads/{BRANCH}", first)
    with pytest.raises(GitRefused, match="git push"):
        served.push(served.revert(bad).commit)
    assert served.there() == first


def test_a_push_that_does_not_get_through_is_no_refusal_so_that_it_is_tried_again(served: Served) -> None:
    served.origin.commit({"orders.yaml": "first\n"})
    made = served.revert(served.origin.commit({"orders.yaml": "second\n"}))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(GitTrouble, match="git push") as trouble:
        served.mirrors.push(NAME, made.commit, BRANCH, (f"{nobody}/{NAME}.git", "ghs_token"))
    assert not isinstance(trouble.value, GitRefused)


def test_the_first_commit_cannot_be_taken_back(served: Served) -> None:
    first = served.origin.commit({"orders.yaml": "first\n"})
    with pytest.raises(GitTrouble, match="nothing stood before it"):
        served.revert(first)
