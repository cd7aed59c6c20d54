"""The policy by which a change is judged: the base's, or the last one that could be read (GATE §1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from countersign.model.policy import Mode, Policy, Settings
from countersign.policy import POLICY_FILES, Document, Trouble
from countersign.services.comparison import Documents, Notebook
from countersign.services.reading import Reader


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation's policy file, as the newest version that can be read has it; None if there is none.

    remark: a sentence for people if that is not the version that they would expect, else "".
    """

    document: Document | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """By what a change is judged. documents: what the policy was read from. written: what stands at the base, readable or not.

    unread: why no version of the repository's policy file can be read, though there is one. Nobody then knows what it promises.
    """

    policy: Policy
    documents: Documents
    written: Documents
    unread: Trouble | None = None


def is_organisation(repository: str) -> bool:
    """The repository whose policy file is the organisation's."""
    return repository.split("/")[-1] == ".github"


def documents_at(reader: Reader, repository: str, tree: str, organisation: Document | None) -> Documents:
    """The policy documents that hold at a tree; in the organisation's own repository the file is the organisation's."""
    document = reader.document(repository, tree)
    return (None, document) if is_organisation(repository) else (document, organisation)


def organisation_at(reader: Reader, repository: str, tip: str) -> Organisation:
    """The organisation's policy at a commit of its ``.github`` repository, or the last version before it that can be read."""
    document = reader.document(repository, tip)
    if document is None:
        return Organisation(None)
    reading = reader.policy(repository, None, document)
    if reading.policy is not None:
        return Organisation(document)
    unread = _unread(f"{repository}: ", reading.errors)
    found = _last_readable(reader, repository, tip, None)
    if found is None:
        return Organisation(None, f"{unread}, nor any earlier version; the repository's own policy is used alone.")
    commit, documents, _ = found
    return Organisation(documents[1], f"{unread}; the organisation's policy of {commit[:7]} is used instead.")


def base_policy(reader: Reader, repository: str, base_tip: str, organisation: Organisation | None, notes: Notebook) -> Standard:
    """The policy at the base, or its last readable version. With none, the organisation's alone, and `Standard.unread` says why."""
    above = organisation or Organisation(None)
    notes.remarks += [above.remark] if above.remark else []
    written = documents_at(reader, repository, base_tip, above.document)
    reading = reader.policy(repository, *written)
    if reading.policy is not None:
        return Standard(reading.policy, written, written)
    unread = _unread("", reading.errors, " on the base branch")
    found = _last_readable(reader, repository, base_tip, above.document)
    if found is not None:
        commit, documents, policy = found
        notes.remarks.append(f"{unread}; the policy of {commit[:7]} is used instead.")
        return Standard(policy, documents, written)
    notes.remarks.append(f"{unread}, nor any earlier version; what repairs it is compared with the organisation's policy.")
    nothing = Document(reading.errors[0].file, "version: 1\n")
    documents = (None, nothing) if is_organisation(repository) else (nothing, above.document)
    alone = reader.policy(repository, *documents)
    if alone.policy is None:  # these are known to be sound, so the reading itself failed, and nothing can be decided
        raise RuntimeError(f"the policy of {repository} cannot be read: {alone.errors[0].message}")
    return Standard(alone.policy, documents, written, reading.errors[0])


def policy_settings(repository: str, policy: Policy) -> Settings:
    """What holds for findings about the policy itself: its strictest mode, or each entry could be loosened under a weaker one.

    The organisation's own file is under ``enforce`` as soon as it names who may override, because every enforcing repository hangs on it.
    """
    all_settings = (policy.settings, *(entry.settings for entry in policy.publishes))
    modes = {mode for settings in all_settings for mode in (settings.mode, *settings.modes.values())}
    if is_organisation(repository) and policy.overrides.by:
        modes.add(Mode.ENFORCE)
    return replace(policy.settings, mode=next(mode for mode in (Mode.ENFORCE, Mode.WARN, Mode.OBSERVE) if mode in modes))


def _last_readable(reader: Reader, repository: str, tip: str, organisation: Document | None) -> tuple[str, Documents, Policy] | None:
    """(commit, documents, policy) of the newest version on the first-parent history. A commit without the file is no version of it."""
    written = reader.document(repository, tip)
    parts = tuple(part.file for part in written.parts) if written else ()
    newest: tuple[str, Documents, Policy] | None = None
    for file in (*POLICY_FILES, *parts):
        for commit in reader.git.first_parents_touching(repository, tip, file):
            documents = documents_at(reader, repository, commit, organisation)
            own = documents[1] if is_organisation(repository) else documents[0]
            policy = reader.policy(repository, *documents).policy if own else None
            if policy is not None:
                if newest is None or reader.git.is_ancestor(repository, newest[0], commit):
                    newest = commit, documents, policy
                break
        if newest and not parts:
            return newest
    return newest


def _unread(whose: str, errors: Iterable[Trouble], where: str = "") -> str:
    first = next(iter(errors))
    return f"{whose}{first.file}:{first.line}{where} cannot be read ({first.message.rstrip('.')})"
