"""After a merge: the version of each contract as a tag that says who countersigned it, where the policy asks for tags."""

from __future__ import annotations

from collections.abc import Iterator

from countersign import policy as policies
from countersign.model.command import TagVersion
from countersign.model.github import PullRequestRow, Repository
from countersign.ports import GitHubTrouble
from countersign.render import tag_message
from countersign.services.context import Ports
from countersign.services.in_force import documents_at
from countersign.services.notice_history import summaries


def version_tags(ports: Ports, home: Repository, row: PullRequestRow) -> list[TagVersion]:
    """A tag ``contracts/ID/vVERSION`` for each contract to which the merge gave another version. Raises `GitTrouble`."""
    name, commit = home.name, row.merge_commit
    ports.git.fetch(name, [f"refs/heads/{row.trunk or row.base_ref}", commit, row.head])
    above = ports.organisation_policy(name)
    policy = ports.reader.policy(name, *documents_at(ports.reader, name, commit, above.document if above else None)).policy
    if policy is None or not policy.tags or not (tip := _before(ports, row)):
        return []
    changed = ports.git.changed(name, tip, commit)
    listed = policies.listed(policy, [one.new_path for one in changed if one.new_path])
    before = {one.new_path: (one.old_path, one.old_blob) for one in changed if one.old_path}
    after = {one.new_path: one.new_blob for one in changed if one.new_path in listed}
    new = _versions(ports, name, commit, {path: listed[path][1] for path in after}, after)
    old = _versions(
        ports,
        name,
        tip,
        {before[path][0]: listed[path][1] for path in after if path in before},
        dict(before[path] for path in after if path in before),
    )
    signed = dict(_signed(ports, row))
    return [
        TagVersion(
            repository=name,
            tag=f"contracts/{contract}/v{version}",
            commit=commit,
            message=tag_message(contract, version, name, row.number, signed.get(contract, {})),
        )
        for contract, version in sorted(new.items())
        if version and version != old.get(contract)
    ]


def tag(ports: Ports, command: TagVersion) -> None:
    """By the second App. Where there is none, that is on record once, and the audit says so."""
    key = f"tag:{command.repository}:{command.tag}"
    if ports.writer is None:
        ports.records.write_ledger(
            "tag-not-made", command.repository, 0, ports.calendar.now(), {"tag": command.tag, "why": "there is no second App"}, once=key
        )
        return
    done, _ = ports.records.attempt(key)
    if not done:
        try:
            ports.writer.tag(command.repository, command.tag, command.commit, command.message)
        except GitHubTrouble as trouble:
            if trouble.retry_after is not None:
                raise
            what = {"tag": command.tag, "why": str(trouble)}
            ports.records.write_ledger("tag-not-made", command.repository, 0, ports.calendar.now(), what, once=f"{key}:refused")
            return
        ports.records.done(key, command.commit)


def _before(ports: Ports, row: PullRequestRow) -> str:
    """The base's tip before the merge; "" if there was none.

    "Rebase and merge" writes each commit of the branch again, so the tip lies as many commits back; merged with the head it gives what
    landed. A squash is one commit, and what is before it is the base's own.
    """
    name, commit = row.repository, row.merge_commit
    own = sum(len(one.parents) == 1 for one in ports.git.commits(name, commit, row.head))
    line = ports.git.first_parents(name, commit, limit=max(own, 1))
    if not line[0].parents:
        return ""
    if own > 1 and len(line) == own and line[-1].parents and all(len(one.parents) == 1 for one in line):
        tip = line[-1].parents[0]
        again = not ports.git.is_ancestor(name, line[1].sha, row.head)
        if again and ports.git.merge(name, tip, row.head).tree == line[0].tree:
            return tip
    return line[0].parents[0]


def _versions(ports: Ports, repository: str, tree: str, ids: dict[str, str], blobs: dict[str, str]) -> dict[str, str]:
    """contract id -> version, of those that can be read. ids, blobs: by path."""
    texts = {path: text.text for path, text in ports.reader.texts(repository, blobs).items()}
    return {contract: str(told.get("version", "")) for contract, told in summaries(ports, repository, tree, ids, texts).items()}


def _signed(ports: Ports, row: PullRequestRow) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """contract -> login -> handles that the person signed, by the last judgement."""
    rows = ports.records.ledger(kind="judgement", repository=row.repository, number=row.number)
    found: dict[str, dict[str, list[str]]] = {}
    for said in rows[-1]["what"] if rows else ():
        for login in said["signed_by"]:
            found.setdefault(said["contract"], {}).setdefault(login, []).append("C-" + said["fingerprint"][:6])
    yield from found.items()
