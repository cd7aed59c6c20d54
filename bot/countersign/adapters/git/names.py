"""What a name must look like before Git may see it.

Revisions typed by a person reach Git only through the standard input of ``cat-file``; everything on an argument list is a full
object id that passed here, a full ref that passed here, or ours.
"""

from __future__ import annotations

import re

from countersign.ports import GitTrouble

_SHA = re.compile(r"[0-9a-f]{40}")
_REPOSITORY = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9._-]+")
#: git-check-ref-format(1): no control characters, spaces, or anything that a refspec or a revision gives a meaning.
_REF = re.compile(r"refs/(?:heads/[^\x00-\x20\x7f~^:?*\[\\]+|pull/[1-9][0-9]{0,9}/head)")
_REF_PARTS_REFUSED = re.compile(r"\.\.|@\{|//|/\.|/$|\.$|\.lock(?:/|$)")
_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(?:/[A-Za-z0-9._~%+-]+)+")
_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?/.*")


def is_sha(text: str) -> bool:
    """Whether it is a full object id: 40 hex digits in lower case."""
    return _SHA.fullmatch(text) is not None


def sha(text: str) -> str:
    """The object id, if it is one."""
    if not is_sha(text):
        raise GitTrouble(f"{shown(text)} is not a full object id (40 hex digits)")
    return text


def ref(text: str) -> str:
    """The full ref, if it is a branch or a pull request's head."""
    if _REF.fullmatch(text) is None or _REF_PARTS_REFUSED.search(text) is not None:
        raise GitTrouble(f"{shown(text)} is not a full ref: give refs/heads/BRANCH, refs/pull/NUMBER/head or a commit's 40 hex digits")
    return text


def repository(text: str) -> str:
    """The ``org/name``, if it is one. It becomes a path below the mirrors' root, hence no dots alone."""
    if _REPOSITORY.fullmatch(text) is None or text.rpartition("/")[2] in {".", ".."}:
        raise GitTrouble(f"{shown(text)} is not a repository's name (organisation/name)")
    return text


def clone_url(text: str) -> str:
    """The clone URL: https (http only to this machine, for a sandbox), without credentials, query or fragment."""
    if _URL.fullmatch(text) is None or (text.startswith("http:") and _LOOPBACK.fullmatch(text) is None):
        raise GitTrouble("the clone URL is refused: it must be https:// (http:// only to this machine) and must carry no credentials")
    return text


def is_tree_path(path: str) -> bool:
    """Whether a tree can hold it: relative, without empty steps, ``.`` or ``..``."""
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def shown(text: str) -> str:
    """Hostile text for a person's eyes: quoted, without control characters or lone surrogates, cut at 100 characters."""
    return ascii(text if len(text) <= 100 else text[:99] + "…") if not text.isprintable() or len(text) > 100 else f"'{text}'"
