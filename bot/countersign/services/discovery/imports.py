"""Source code -> imports of packages that are generated from contracts.

Lines are read, nothing more: what an import looks like in a language is known here, and a package's name is compared as text. What is
imported below a package counts for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from countersign.model.suspect import EvidenceKind, Sighting

_QUOTED = re.compile(r"""["']([^"']{1,300})["']""")
_JVM = re.compile(r"\s*import\s+(?:static\s+)?([A-Za-z_][\w.]*)")
_PYTHON = re.compile(r"\s*(?:from\s+([A-Za-z_][\w.]*)\s+import\b|import\s+([A-Za-z_][\w., ]*))")
_DOTNET = re.compile(r"\s*(?:global\s+)?using\s+(?:static\s+|\w+\s*=\s*)?([A-Za-z_][\w.]*)\s*;")
_RUST = re.compile(r"\s*(?:pub\s+)?(?:use|extern\s+crate)\s+([A-Za-z_]\w*)")
_SCRIPT = re.compile(r"\bimport\b|\bfrom\b|\brequire\s*\(")
_GO = re.compile(r"""["`][^"`]+["`]$""")

#: The suffixes of files that are looked into, and the language.
LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys((".py", ".pyi", ".ipynb"), "python"),
    **dict.fromkeys((".java", ".kt", ".kts", ".scala", ".groovy"), "jvm"),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"), "script"),
    ".go": "go",
    ".cs": "dotnet",
    ".rs": "rust",
}


def sightings(files: Mapping[str, str], packages: Sequence[str], consumer: str) -> Iterator[Sighting]:
    """files: path -> text. consumer: whose code it is. One a file and package."""
    for path, text in files.items():
        language = LANGUAGES.get("." + path.rpartition(".")[2], "")
        found: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            for name in _imported(language, line[:1000]):
                package = next((one for one in packages if _within(name, one)), "")
                if package:
                    found.setdefault(package, number)
        for package, number in found.items():
            yield Sighting(kind=EvidenceKind.IMPORTS, dataset=(package,), consumer=consumer, where=f"{path}:{number}")


def _imported(language: str, line: str) -> Iterator[str]:
    """The names that a line imports, as far as it is an import."""
    if language == "script" or language == "go":
        if (_SCRIPT if language == "script" else _GO).search(line.rstrip()):
            yield from _QUOTED.findall(line)
        return
    if language == "python":
        # A notebook holds its lines as JSON texts.
        match = _PYTHON.match(line.strip().removeprefix('"'))
        for part in (match.group(1) or match.group(2)).split(",") if match else ():
            yield part.split(" as ")[0].strip()
        return
    pattern = {"jvm": _JVM, "dotnet": _DOTNET, "rust": _RUST}.get(language)
    match = pattern.match(line) if pattern else None
    if match:
        yield match.group(1)


def _within(name: str, package: str) -> bool:
    """The package itself, or something below it."""
    return name == package or (name.startswith(package) and name[len(package)] in "./")
