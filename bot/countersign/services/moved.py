"""A contract whose file Git sees renamed is the same contract, wherever the file lies now and whatever it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countersign.model.contract import Place
from countersign.model.finding import Finding
from countersign.ports import ChangedFile
from countersign.rules import report
from countersign.services.comparison import Listing


def follow(
    landing: Sequence[ChangedFile], old: Listing, new: Listing, old_files: Mapping[str, str], new_files: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str], list[Finding]]:
    """(contract id -> its file as it would land, file -> blob, findings). old_files, new_files: id -> file, as the policy lists them.

    What keeps its id has only moved. A file that gives its contract another id takes it from those who registered by the old one, and
    a file that no entry lists any more is guarded by nobody: each is one finding, at the old id, and the texts are compared all the same.
    """
    files, blobs = dict(new_files), dict(new.blobs)
    renamed = {one.old_path: one for one in landing if one.old_path and one.new_path and one.old_path != one.new_path}
    findings: list[Finding] = []
    for contract, file in sorted(old_files.items()):
        move = renamed.get(file)
        if contract in new_files or move is None:
            continue
        place, was = Place(file=move.new_path, line=1), Place(file=file, line=1)
        if move.new_path not in new.listed:
            pattern = old.listed[file][0].pattern
            findings.append(report("contract-unlisted", contract=contract, before=pattern, place=place, old=was))
        else:
            other = new.listed[move.new_path][1]
            if other in old_files or files.get(other) != move.new_path:
                continue  # it takes the place of another contract
            del files[other]
            findings.append(report("contract-renamed", contract=contract, before=contract, after=other, place=place, old=was))
        files[contract], blobs[move.new_path] = move.new_path, move.new_blob
    return files, blobs, findings
