"""Pull requests against their base: what they change, whether they merge, and the three ways to do it."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.sandbox.git import BareRepository, Commit, FileChange, Person
from countersign.sandbox.nouns import PullRequest
from countersign.sandbox.protection import rules_of, why_blocked
from countersign.sandbox.world import WEB_FLOW_EMAIL, World

GITHUB = Person("GitHub", WEB_FLOW_EMAIL)


@dataclass(frozen=True)
class Comparison:
    """commits: oldest first, as a pull request lists them. files: three-dot, from the merge base."""

    commits: list[Commit]
    files: list[FileChange]


def comparison(world: World, pull: PullRequest) -> Comparison:
    """What the pull request brings. Counted from ``base_sha``, so that a merged one still shows its own changes."""
    git = world.git(pull.repository)
    base = pull.base_sha if pull.merged_at else git.tip(pull.base_ref) or pull.base_sha
    return Comparison(
        commits=git.commits(pull.head_sha, f"^{base}")[::-1],
        files=git.changes(git.merge_base(base, pull.head_sha) or base, pull.head_sha),
    )


def mergeability(world: World, pull: PullRequest) -> tuple[bool | None, str]:
    """(mergeable, mergeable_state) as REST names them."""
    git = world.git(pull.repository)
    base = git.tip(pull.base_ref)
    if not pull.open or base is None:
        return None, "unknown"
    _, clean = git.merge_tree(base, pull.head_sha)
    if not clean:
        return False, "dirty"
    if pull.draft:
        return True, "draft"
    blocked = why_blocked(world, pull, rules_of(world, world.repositories[pull.repository], pull.base_ref))
    return True, "blocked" if blocked else "clean"


def merge_commit(world: World, git: BareRepository, base: str, pull: PullRequest, by: Person, message: str) -> str | None:
    """``merge``: a commit of two parents. None if it conflicts."""
    tree, clean = git.merge_tree(base, pull.head_sha)
    return git.write_commit(tree, [base, pull.head_sha], message, by, GITHUB, world.clock.now()) if clean else None


def squash_commit(world: World, git: BareRepository, base: str, pull: PullRequest, by: Person, message: str) -> str | None:
    """``squash``: everything as one commit. None if it conflicts."""
    tree, clean = git.merge_tree(base, pull.head_sha)
    return git.write_commit(tree, [base], message, by, GITHUB, world.clock.now()) if clean else None


def rebase_commits(world: World, git: BareRepository, base: str, pull: PullRequest) -> str | None:
    """``rebase``: each commit again on top of the base, authors kept, merges left out. None if one conflicts."""
    tip = base
    for commit in git.commits(pull.head_sha, f"^{base}")[::-1]:
        if len(commit.parents) != 1:
            continue
        # A stand-in commit with the tip's tree and the original's parent makes the original's own change what gets merged.
        stand_in = git.write_commit(git.commit(tip).tree, [commit.parents[0]], "stand-in", GITHUB, GITHUB, world.clock.now())
        tree, clean = git.merge_tree(stand_in, commit.sha)
        if not clean:
            return None
        tip = git.write_commit(tree, [tip], commit.message, commit.author, GITHUB, world.clock.now(), authored_at=commit.authored_at)
    return tip
