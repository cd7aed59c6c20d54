"""Which files a ``.proto`` file imports, and where in the repository these are.

A repository does not say which directories it gives to protoc as ``-I``. The roots that are tried are the file's own directory and every
directory above it, nearest first, and in each of these the directories in which others' definitions are commonly kept. An import
that several roots could mean is the first that is there, as with protoc.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from countersign.formats.marked import Unreadable
from countersign.formats.source import NeedsFiles, Source

#: What protoc brings itself.
BUNDLED = "google/protobuf/"
#: Where definitions of others are kept, below a root.
_VENDORED = ("proto", "protos", "third_party", "third_party/googleapis", "vendor", "include")
#: protoc itself stops at 32 messages in one another, but an option's value of some thousand levels overflows its stack.
MAX_DEPTH = 100
MOST_FILES = 500

_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|[{}\[\]<>();]|(?<![\w.])import(?![\w.])|[^\s"'/{}\[\]<>();]+|/""",
    re.DOTALL,
)
_MODIFIERS = frozenset({"public", "weak", "option"})
_NAME = re.compile(r"[A-Za-z0-9_.+@-]+(?:/[A-Za-z0-9_.+@-]+)*\Z")


@dataclass(frozen=True)
class Files:
    """All that one compilation needs. path: of the file itself, as the compiler knows it.

    texts: path for the compiler -> text. names: path for the compiler -> path in the repository.
    """

    path: str
    texts: dict[str, str]
    names: dict[str, str]


def gathered(source: Source) -> Files:
    """The file and everything that it imports. Raises `NeedsFiles` until all of it is there, and `Unreadable`."""
    roots = _roots(source.file)
    files = Files(source.file, {source.file: source.text}, {source.file: source.file})
    todo = [(source.file, source.text)]
    missing: dict[str, None] = {}
    while todo:
        file, text = todo.pop()
        for name, line in imports(file, text):
            if name in files.texts or name.startswith(BUNDLED):
                continue
            found = _found(source, file, line, [f"{root}{name}" for root in roots], missing)
            if found is not None:
                files.texts[name], files.names[name] = source.text if found == source.file else source.siblings[found] or "", found
                todo.append((found, files.texts[name]))
        if len(files.texts) > MOST_FILES:
            raise Unreadable(source.file, 1, f"it imports more than {MOST_FILES} files", "Split it into several contracts")
    if missing:
        raise NeedsFiles(tuple(missing))
    return files


def _found(source: Source, file: str, line: int, candidates: list[str], missing: dict[str, None]) -> str | None:
    """The first candidate that is there; None as long as this cannot be told, with what has to be looked at in ``missing``."""
    unknown = [path for path in candidates if path not in source.siblings and path != source.file]
    if unknown:
        missing.update(dict.fromkeys(unknown))
        return None
    for path in candidates:
        if path == source.file or source.siblings.get(path) is not None:
            return path
    raise Unreadable(
        file,
        line,
        f"`{candidates[-1]}` is imported and is not in this repository"
        if len(candidates) == 1
        else f"the import is not in this repository: neither `{candidates[0]}` nor any other of {len(candidates)} places has it",
        "Add the file to the repository, below a directory above the file that imports it",
    )


def _roots(file: str) -> list[str]:
    """Directories with their slash, nearest first; "" is the repository."""
    steps = file.split("/")[:-1]
    above = ["".join(step + "/" for step in steps[:length]) for length in range(len(steps), -1, -1)]
    return [*above, *(f"{root}{below}/" for root in above for below in _VENDORED)]


def imports(file: str, text: str) -> Iterator[tuple[str, int]]:
    """Each import with its line. Raises `Unreadable` for one that leaves the repository, and for brackets nested too deep."""
    depth = found = 0
    awaited = False  # an import's name is to come
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word[:2] in ("//", "/*"):
            continue
        if word in "{[<(":
            depth += 1
            if depth > MAX_DEPTH:
                raise Unreadable(file, _line(text, token.start()), f"brackets are nested more than {MAX_DEPTH} deep", "Flatten it")
        elif word in "}]>)":
            depth -= 1
        elif word == "import" and depth == 0:
            awaited = True
            continue
        elif awaited and word in _MODIFIERS:
            continue
        elif awaited and word[0] in "\"'":
            found += 1
            if found > MOST_FILES:
                raise Unreadable(
                    file, _line(text, token.start()), f"it imports more than {MOST_FILES} files", "Split it into several contracts"
                )
            yield _checked(file, word[1:-1], _line(text, token.start())), _line(text, token.start())
        awaited = False


def _checked(file: str, name: str, line: int) -> str:
    if not _NAME.match(name) or {".", ".."} & set(name.split("/")):
        raise Unreadable(
            file, line, f"the import `{name}` is no plain path inside the repository", "Import by a path of names and slashes, without `..`"
        )
    return name


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
