"""The files that a contract names as its implementations: where they are, and what is in them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from countersign.formats import ENDINGS, NeedsFiles, Source, Unreadable, detect, parse, reading_order, whole
from countersign.model.change import Aspect
from countersign.model.contract import Contract, Place, Term
from countersign.model.path import Path

#: Files that one contract may name; a hostile one could name every file of the repository.
MOST = 50


@dataclass(frozen=True, slots=True)
class Linked:
    """One file that implements a contract or a part of it. at: the part's path, () for all of it. link: where it is named.

    file: its path in the repository. part: what behind the ``#`` names one of several datasets in it, "" if nothing does.
    """

    at: Path
    link: Place
    file: str
    part: str
    contract: Contract


@dataclass(frozen=True, slots=True)
class Missing:
    """A file that is named and cannot be read. trouble, remedy: sentences. place: where it cannot, else where it is named."""

    at: Path
    file: str
    trouble: str
    remedy: str
    place: Place


def linked(contract: Contract, source: Source, repository: str) -> tuple[Linked | Missing, ...]:
    """The implementations of a contract, read. Raises `NeedsFiles` until ``source`` has them, and what they refer to, beside it.

    repository: ``acme/orders``, by which a URL of it is known. What lies elsewhere, and files that are no schemas, are not looked at.
    """
    named = [(at, term, paths) for at, term in _links(contract) if (paths := _paths(term.text, contract.file, repository))]
    needed = {path for _, _, paths in named[:MOST] for path in paths} - source.siblings.keys()
    found: list[Linked | Missing] = []
    for at, term, paths in named[:MOST]:
        if needed & set(paths):
            continue
        try:
            found.append(_read(at, term, paths, source))
        except NeedsFiles as missing:
            needed |= set(missing.paths)
    if needed:
        raise NeedsFiles(tuple(sorted(needed)))
    for at, term, paths in named[MOST : MOST + 1]:
        trouble = f"{len(named)} implementations are named; {MOST} are looked at"
        found.append(Missing(at, paths[0], trouble, "Let the contract of each dataset name its own", term.place))
    return tuple(found)


def _links(contract: Contract) -> Iterator[tuple[Path, Term]]:
    said = [((), contract.terms), *(((one.name,), one.terms) for one in contract.datasets)]
    said += [(path, field.terms) for path, field in contract.walk() if field.terms]
    return ((at, term) for at, terms in said for term in terms if term.kind == Aspect.IMPLEMENTATION)


def _read(at: Path, term: Term, paths: tuple[str, ...], source: Source) -> Linked | Missing:
    file = next(filter(None, (_file(path, source) for path in paths)), None)
    if file is None:
        trouble = f"{paths[0]} is named as the implementation, and there is no such file that could be read"
        return Missing(at, paths[0], trouble, "Correct the path, or take the entry out of `authoritativeDefinitions`", term.place)
    text = source.siblings[file] or ""
    format_ = detect(file, text)
    try:
        if format_ is None:
            raise Unreadable(file, 1, "this is no schema that Countersign reads", "Name the file that holds the schema")
        made = parse(Source(file, text, source.siblings), posixpath.basename(file).partition(".")[0], format_)
    except Unreadable as error:
        trouble = f"{file} is named as the implementation, and cannot be read: {error.message}"
        return Missing(at, file, trouble, error.remedy, Place(file=error.file, line=error.line))
    return Linked(at, term.place, file, urlsplit(term.text).fragment, made)


def _file(path: str, source: Source) -> str | None:
    """The file, if it is there; of a folder of migrations the first step, which stands for all. Raises `NeedsFiles`."""
    said = source.siblings[path]
    if said is None or not path.endswith("/"):
        return path if said is not None else None
    first = min((file for file in said.split("\n") if whole(file) == path), key=reading_order, default=None)
    if first is not None and first not in source.siblings:
        raise NeedsFiles((first,))
    return first


def _paths(url: str, contract_file: str, repository: str) -> tuple[str, ...]:
    """Where in the repository the file may be, the likeliest first; () if it is no schema of this repository."""
    try:
        address = urlsplit(url.strip())
    except ValueError:  # no address of anything
        return ()
    folder = posixpath.dirname(contract_file)
    candidates: tuple[str, ...]
    if address.scheme or address.netloc:
        inside = _inside(address.netloc.lower(), unquote(address.path).strip("/").split("/"), repository)
        candidates = (inside,) if inside else ()
    elif address.path.startswith("."):
        candidates = (posixpath.join(folder, address.path),)
    else:
        candidates = (address.path.lstrip("/"), posixpath.join(folder, address.path.lstrip("/")))
    tidy = dict.fromkeys(posixpath.normpath(path) + "/" * path.endswith("/") for path in candidates if path)
    return tuple(path for path in tidy if path.endswith((*ENDINGS, "/")) and not path.startswith(("../", "./")))


def _inside(host: str, steps: list[str], repository: str) -> str:
    """``https://github.com/acme/orders/blob/main/schemas/a.avsc`` -> ``schemas/a.avsc``. A branch with a slash in its name cannot be told
    from a folder, and is taken for one."""
    if "/".join(steps[:2]).lower() != repository.lower():
        return ""
    rest = steps[2:] if host.startswith("raw.") else steps[3:] if steps[2:3] in (["blob"], ["raw"], ["edit"]) else []
    rest = rest[2:] if rest[:2] == ["refs", "heads"] else rest
    return "/".join(rest[1:])
