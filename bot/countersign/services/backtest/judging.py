"""Pairs of versions, judged in bounded child processes: many a child, several children at once, each pair once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from countersign.model.change import Direction
from countersign.model.finding import Finding
from countersign.model.profile import Profile
from countersign.ports import Children, Died, Git
from countersign.services.backtest.folders import Folders
from countersign.services.backtest.versions import Pair, Version
from countersign.services.codec import dump, load
from countersign.services.reading import ROUNDS, decode

JSON = Any

_JUDGE = "countersign.services.backtest.pair:judge_pair"
#: Pairs for one child, which has 10 s for all: a pair is a matter of milliseconds.
_A_CHILD = 40


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a pair could not be judged, and where."""

    file: str
    line: int
    message: str


#: What a pair came to: the findings that would have stopped it.
Judged = tuple[Finding, ...] | Unread


@dataclass(slots=True)
class Judges:
    """Remembers every pair by the blobs of its versions: the same change, made again, is judged once."""

    git: Git
    children: Children
    folders: Folders
    direction: Direction
    profile: Profile
    _known: dict[tuple[str, ...], Judged] = field(default_factory=dict)

    def judge(self, pairs: Iterable[Pair], told: Callable[[int, int], None], *, proof: bool) -> None:
        """Judge those that are not known yet; then `of` tells each. told: called with how many of how many are done. proof: whether an
        example is looked for of each break."""
        fresh = {key: pair for pair in pairs if (key := _key(pair)) not in self._known}
        # One file's versions go to one child: what it parsed as new is what it needs next as old.
        waiting = sorted(fresh.items(), key=lambda entry: entry[1].file)
        done = 0
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            chunks = [waiting[start : start + _A_CHILD] for start in range(0, len(waiting), _A_CHILD)]
            for chunk, answers in zip(chunks, pool.map(lambda chunk: self._chunk([pair for _, pair in chunk], proof), chunks), strict=True):
                self._known |= {key: answer for (key, _), answer in zip(chunk, answers, strict=True)}
                done += len(chunk)
                told(done, len(waiting))

    def of(self, pair: Pair) -> Judged:
        return self._known[_key(pair)]

    def _chunk(self, pairs: Sequence[Pair], proof: bool) -> list[Judged]:
        contents = self.git.read(self.folders.repository, sorted({side.blob for pair in pairs for side in (pair.old, pair.new) if side}))
        items: list[JSON] = [
            {
                "id": pair.subject.removesuffix("/").rpartition("/")[2].split(".")[0],
                "direction": self.direction.value,
                "profile": dump(self.profile),
                "proof": proof,
                "base": _source(pair.old, contents),
                "landed": _source(pair.new, contents),
            }
            for pair in pairs
        ]
        answers = self._answers(pairs, items)
        return [_judged(pair, answer) for pair, answer in zip(pairs, answers, strict=True)]

    def _answers(self, pairs: Sequence[Pair], items: list[JSON]) -> list[JSON | Died]:
        answers: list[JSON | Died] = [None] * len(items)
        open_items = list(range(len(items)))
        for _ in range(ROUNDS):
            again: list[int] = []
            for index, answer in zip(open_items, self._run([items[one] for one in open_items]), strict=True):
                answers[index] = answer
                if not isinstance(answer, Died) and "needs" in answer:
                    again.append(index)
                    for side, paths in answer["needs"].items():
                        self._bring(pairs[index].old if side == "base" else pairs[index].new, items[index][side], paths)
            open_items = again
            if not open_items:
                return answers
        for index in open_items:
            answers[index] = Died("crash", f"Its references lead through more than {ROUNDS} levels of files.")
        return answers

    def _run(self, items: Sequence[JSON]) -> list[JSON | Died]:
        """What died in company is asked again alone: others may have used up the time of all."""
        answers = self.children.run(_JUDGE, items)
        if len(items) == 1:
            return answers
        return [self.children.run(_JUDGE, [item])[0] if isinstance(one, Died) else one for item, one in zip(items, answers, strict=True)]

    def _bring(self, version: Version | None, source: JSON, paths: Sequence[str]) -> None:
        if version is None:
            return
        below = {path: "\n".join(sorted(self.folders.below(version.commit, path))) for path in paths if path.endswith("/")}
        blobs = self.git.paths(self.folders.repository, version.commit, [path for path in paths if path not in below])
        contents = self.git.read(self.folders.repository, sorted(set(blobs.values())))
        texts = {path: decode(path, contents[blob]).text for path, blob in blobs.items()}
        source.setdefault("siblings", {}).update({path: below.get(path, texts.get(path)) for path in paths})


def _key(pair: Pair) -> tuple[str, ...]:
    """What its judgement hangs on. The files that it refers to are taken to have changed with it; a folder is what a commit has in it."""
    return tuple(
        word
        for side in (pair.old, pair.new)
        for word in ((side.file, side.blob, side.commit if pair.folder else "") if side else ("", "", ""))
    )


def _source(version: Version | None, contents: Any) -> JSON:
    if version is None:
        return None
    text = decode(version.file, contents[version.blob]).text
    return {"file": version.file, "text": "\x00" if text is None else text}


def _judged(pair: Pair, answer: JSON | Died) -> Judged:
    if isinstance(answer, Died):
        return Unread(pair.file, 1, answer.detail)
    if "unread" in answer:
        return Unread(**answer["unread"])
    return tuple(load(Finding, data) for data in answer["findings"])
