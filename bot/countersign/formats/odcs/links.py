"""The files that a document may name, by a look at its bytes: a parser takes a thousand times as long, and is asked of what is left."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SUFFIXES = (".yaml", ".yml", ".json")
_KEY = b"url"
#: A plain word, or a text in quotes, that is whole on the key's line. What goes on behind it is for a parser to tell.
_URL = re.compile(
    rb"""url["']?[ \t]*:[ \t]*(?:"([^"\\%\n]*)"|'([^'%\n]*)'|([A-Za-z0-9./_~-][^\s"'\\%,{}\[\]]*))[ \t]*(?=,[ \t\n"]|\}|#|\r?\n|\Z)"""
)


def may_refer(file: str, raw: bytes) -> bool:
    """If it may name a file that implements it. (Who hides the name from this look could as well not write it.)"""
    return file.endswith(_SUFFIXES) and b"implementation" in raw.lower()


def last_steps(raw: bytes) -> tuple[str, ...] | None:
    """How the paths end that any of its URLs may lead to, a folder's with its slash; None if only a parser can tell."""
    urls = [b"".join(found) for found in _URL.findall(raw)]
    if len(urls) != raw.count(_KEY):
        return None
    try:
        paths = [urlsplit(url.decode("utf-8", "replace")).path for url in urls]
    except ValueError:
        return None
    return tuple(path.rstrip("/").rpartition("/")[2] + "/" * path.endswith("/") for path in paths)
