"""What a command at a desk works with: Git and formats, without Flask, DBOS or PyGithub."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from countersign.services.reading import Reader

if TYPE_CHECKING:
    from countersign.ports import Children, Past


def children() -> Children:
    """The bounded child process of a single-threaded command."""
    from countersign.adapters.children import Fork

    return Fork()


def desk(path: Path) -> Reader:
    """A local repository, read where it is."""
    from countersign.adapters.git.desk import Desk
    from countersign.adapters.git.process import version_check

    version_check()
    return Reader(Desk(path.resolve()), children())


def staged(path: Path) -> tuple[Reader, str]:
    """A local repository, and a commit of what is staged there, or in the index that Git names to a hook."""
    from countersign.adapters.git.desk import Desk
    from countersign.adapters.git.process import version_check

    version_check()
    git = Desk(path.resolve())
    return Reader(git, children()), git.staged(os.environ.get("GIT_INDEX_FILE"))


@contextmanager
def looking_back(path: Path) -> Iterator[tuple[Reader, Past]]:
    """A local repository's history, judged in several children at once."""
    from countersign.adapters.children import Forkserver
    from countersign.adapters.git.desk import Desk
    from countersign.adapters.git.process import version_check

    version_check()
    preload = ("countersign.services.preload", "countersign.services.backtest.pair")
    with Desk(path.resolve()) as git, closing(Forkserver(preload)) as children:
        yield Reader(git, children), git


def proposed(path: Path, tip: str, branch: str, files: Mapping[str, str]) -> str:
    """The commit that puts these files on a new branch of a local repository."""
    from countersign.adapters.git.proposing import propose

    return propose(path.resolve(), tip, branch, files, "Draft contracts and the policy that watches them\n\nMade by countersign init.\n")


def work_tree(path: Path) -> Path | None:
    """The root of the work tree that holds ``path``; None if there is none."""
    here = path.resolve()
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), None)


def repository_name(path: Path) -> str:
    """``org/repo`` as the remote ``origin`` has it; ``local/DIRECTORY`` where there is none."""
    from countersign.adapters.git import process

    try:
        url = process.run(["config", "--get", "remote.origin.url"], directory=path, variables=process.environment()).output.decode().strip()
    except process.GitFailed:
        url = ""
    parts = url.removesuffix("/").removesuffix(".git").replace(":", "/").split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and all(parts[-2:]) else f"local/{path.resolve().name}"
