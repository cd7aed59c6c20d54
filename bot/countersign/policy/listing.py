"""Which files are contracts, what they are called, who owns them, and which branches are gated."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from countersign.formats import reading_order, whole
from countersign.model.policy import Policy, Publishes
from countersign.policy.document import Trouble
from countersign.policy.pattern import Patterns, compile_pattern

#: Where a repository may keep its policy. The first that is there is the one; both at once are an error at the second.
POLICY_FILES = ("contracts-policy.yaml", ".github/contracts-policy.yaml")


#: Names by which people recognise a contract that they forgot to list.
_LIKE_CONTRACTS = (".odcs.yaml", ".odcs.yml", ".odcs.json", ".avsc", "datacontract.yaml", "datacontract.yml")
#: Directories whose files are other people's, or made up.
_NOT_MEANT = frozenset(
    {
        *("node_modules", "vendor", "third_party", "site-packages", ".venv"),
        *("test", "tests", "testdata", "fixtures", "__fixtures__", "examples"),
    }
)


def second_policy(files: Container[str]) -> Trouble | None:
    """The error of a repository that holds a policy in both places."""
    if not all(file in files for file in POLICY_FILES):
        return None
    first, second = POLICY_FILES
    return Trouble(second, 1, f"there is a second policy beside `{first}`, which alone is read", "Keep one of the two files")


def listed(policy: Policy, files: Iterable[str]) -> dict[str, tuple[Publishes, str]]:
    """The contracts among ``files``: file -> its entry and the contract's id. The most specific pattern wins (`Patterns.best`).

    A folder of migrations is one contract, and its first migration stands for it.
    """
    found = members(policy, files)
    first: dict[tuple[str, int], str] = {}
    for file, (entry, _) in found.items():
        folder = (whole(file), id(entry))
        first[folder] = min(first.get(folder, file), file, key=reading_order)
    stand = set(first.values())
    return {file: one for file, one in found.items() if file in stand}


def members(policy: Policy, files: Iterable[str]) -> dict[str, tuple[Publishes, str]]:
    """As `listed`, with every file that a contract is made of."""
    patterns = Patterns([_meant(entry.pattern) for entry in policy.publishes])
    roots = {pattern.fixed.partition("/")[0] for pattern in patterns.all}
    found: dict[str, tuple[Publishes, str]] = {}
    for file in files:
        if "" not in roots and file.partition("/")[0] not in roots:
            continue  # most files of most repositories
        index = patterns.best(file)
        if index is not None:
            entry = policy.publishes[index]
            found[file] = (entry, contract_id(entry, file))
    return found


def _meant(pattern: str) -> str:
    """One migration is not a contract: its folder is, whichever of them the entry names."""
    file = compile_pattern(pattern).literal or ""
    return pattern if whole(file) == file else f"/{whole(file)}"


def contract_id(entry: Publishes, file: str) -> str:
    """The id of the contract in ``file``: as written, else from the file's name up to the first dot.

    ``id_from: path`` gives the whole path without suffixes, with dots for slashes (``schemas.payments.refund``), because in a
    reference a slash begins the dataset. A file whose name begins with a dot keeps that name. A folder of
    migrations is named as the folder.
    """
    directory, _, name = whole(file).removesuffix("/").rpartition("/")
    stem = name.split(".")[0] or name
    if entry.id:
        return entry.id
    return ".".join([*directory.split("/"), stem]) if entry.id_from_path and directory else stem


def owners_of(policy: Policy, publishes: Publishes, codeowners: Callable[[str], tuple[str, ...]], file: str) -> tuple[str, ...]:
    """Who answers for a contract (GATE §4.2): the policy's owners, else CODEOWNERS of the file, else the organisation's owners.

    An entry that names none carries the repository's.
    """
    return publishes.owners or codeowners(file) or policy.organisation_owners


def gated(policy: Policy, branch: str, default_branch: str) -> bool:
    """True for the default branch and those that ``branches:`` matches. branch: its short name, ``release/1``."""
    return branch == default_branch or any(compile_pattern(pattern).matches(branch) for pattern in policy.branches)


def ours(file: str) -> bool:
    """Whether a file can be of this repository's own making, by the directories that it lies in."""
    return _NOT_MEANT.isdisjoint(file.split("/")[:-1])


def looks_like_contract(file: str) -> bool:
    return file.endswith(_LIKE_CONTRACTS) and ours(file)
