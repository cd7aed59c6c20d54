"""Expand and contract: from a change that breaks readers, the text of one that does not.

The old stays as it was, the new stands beside it under a name of its own, and the end of the old is announced. It is no rule and no
format: it edits texts, and proves by the rules that what it wrote breaks nobody. Nothing is offered that is not proven.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from countersign.diff import diff
from countersign.expand.editors import Editor, editor
from countersign.expand.naming import new_name
from countersign.expand.surgery import CannotEdit
from countersign.formats import Source, parse, relate
from countersign.formats.marked import Unreadable
from countersign.model.change import Direction
from countersign.model.contract import UNPROMISED, Contract
from countersign.model.finding import Finding, Question
from countersign.model.path import ELEMENT, VALUE, Path, related, show
from countersign.model.profile import Profile
from countersign.model.safe_path import Expansion, Left, Obstacle, Step
from countersign.rules import judge, judge_version
from countersign.rules.version import next_minor, raised

__all__ = ["expand"]

#: Rules whose old form can stay, with the new one beside it under a name of its own.
BESIDE = frozenset(
    {
        "constraint-changed",
        "currency-changed",
        "dataset-renamed",
        "default-changed",
        "enum-closed",
        "enum-meaning-changed",
        "enum-opened",
        "enum-value-added",
        "field-nullable-changed",
        "field-renamed",
        "field-required-changed",
        "field-type-changed",
        "keyword-undecided",
        "logical-type-changed",
        "null-meaning-changed",
        "object-openness-changed",
        "timezone-changed",
        "transform-changed",
        "unit-changed",
    }
)
PUT_BACK = frozenset({"dataset-removed", "enum-value-removed", "field-removed"})
_RENAMED = frozenset({"dataset-renamed", "field-renamed"})
_OTHER_ROWS = frozenset({"grain-changed", "key-changed"})
#: A patch of more repairs than this is no patch that somebody reads; each costs a few passes over the text.
MOST = 40


@dataclass
class _Repair:
    """One thing that is put back, or kept beside the new one. now: what the new one is called as it would land."""

    path: Path
    now: str = ""
    findings: list[Finding] = field(default_factory=list)
    name: str = ""

    @property
    def step(self) -> Step:
        return Step(path=self.path, beside=self.name)


def expand(
    base: Source,
    landed: Source,
    *,
    contract: str,
    direction: Direction,
    profile: Profile,
    remove_after: str,
    announced: Collection[Path] = (),
    passed: Collection[str] = (),
) -> Expansion:
    """The safe path from ``base`` to ``landed``. Raises `NeedsFiles`, and `Unreadable` for the base alone.

    contract: its id. remove_after: the ISO date that announcements name. announced: what the policy announces the end of already.
    passed: fingerprints of findings that stand in nobody's way any more (signed, their notice has run), which stay as they are.
    """
    old = parse(base, contract)
    if old.status in UNPROMISED:
        return Expansion(before=landed.text, after=landed.text)
    try:
        new = parse(landed, contract)
    except Unreadable:
        unreadable = Left(fingerprint="", rule="contract-unreadable", path=(), why=Obstacle.UNREADABLE)
        return Expansion(before=landed.text, after=landed.text, left=(unreadable,))
    blocking = _blocking(old, new, direction, profile)
    repairs, left = _plan([one for one in blocking if one.fingerprint not in passed])
    known = {*announced, *(notice.path for notice in old.notices), *(notice.path for notice in new.notices)}
    attempt = _Attempt(old, base, landed, contract, direction, profile, remove_after, frozenset(known), blocking, frozenset(passed))
    nothing = Expansion(before=landed.text, after=landed.text, left=_sorted(left))
    if not repairs:
        return nothing
    found = attempt.whole(repairs, left) or attempt.each(repairs, left)
    if found is not None:
        return found
    hopeless = [_left(finding, attempt.why) for repair in repairs for finding in repair.findings]
    return replace(nothing, left=_sorted([*left, *hopeless]))


def _blocking(old: Contract, new: Contract, direction: Direction, profile: Profile) -> tuple[Finding, ...]:
    findings = judge(diff(old, new, relate(old, new, profile)), direction, new.id)
    return tuple(one for one in (*findings, *judge_version(old, new, findings)) if one.level.blocks)


def _plan(blocking: Sequence[Finding]) -> tuple[list[_Repair], list[Left]]:
    """What is repaired, outermost first, and what cannot be. What lies under a repaired thing is repaired with it."""
    repairs: dict[Path, _Repair] = {}
    left: list[Left] = []
    for finding in blocking:
        path = _named(finding) if finding.rule in BESIDE and finding.rule not in _RENAMED else finding.path
        if finding.question is Question.FORM:
            continue  # the version, which the patch raises where it must
        if finding.rule not in BESIDE | PUT_BACK or (len(path) < 2 and finding.rule not in _RENAMED | PUT_BACK):
            left.append(_left(finding, Obstacle.OTHER_ROWS if finding.rule in _OTHER_ROWS else Obstacle.NO_PLACE))
            continue
        repair = repairs.setdefault(path, _Repair(path))
        repair.findings.append(finding)
        if finding.rule in _RENAMED:
            repair.now = finding.after or ""
        elif finding.rule in BESIDE:
            repair.now = repair.now or path[-1]
    outermost: list[_Repair] = []
    for path in sorted(repairs, key=lambda one: (len(one), one)):
        above = next((one for one in outermost if related(one.path, path) and len(one.path) < len(path)), None)
        if above is None:
            outermost.append(repairs[path])
        else:
            above.findings += repairs[path].findings
    for repair in outermost[MOST:]:
        left += [_left(finding, Obstacle.TEXT) for finding in repair.findings]
    return outermost[:MOST], left


def _named(finding: Finding) -> Path:
    """The smallest thing around a finding that has a name of its own, under which it can stand twice."""
    path = finding.path
    while path and (path[-1] in (ELEMENT, VALUE) or path[-1][:1] in ("=", "<")):
        path = path[:-1]
    return path


@dataclass
class _Attempt:
    """Everything that a patch is tried with. why: what was in the way of the last one that could not be made."""

    old: Contract
    base: Source
    landed: Source
    contract: str
    direction: Direction
    profile: Profile
    remove_after: str
    announced: frozenset[Path]
    blocking: tuple[Finding, ...]
    passed: frozenset[str]
    why: Obstacle = Obstacle.UNPROVEN

    def whole(self, repairs: Sequence[_Repair], left: Sequence[Left]) -> Expansion | None:
        """All repairs in one patch; None if it cannot be written or proven.

        Where old data has to fit, a new field that it lacks must not be asked of it, so the second try makes new fields optional.
        """
        for optional in (False, True):
            try:
                edited = self._edited(repairs, optional=optional)
                after = parse(replace(self.landed, text=edited.text.text), self.contract)
            except CannotEdit:
                self.why = Obstacle.TEXT
                return None
            except Unreadable:
                self.why = Obstacle.UNPROVEN
                return None
            if self._proven(after, repairs, left):
                break
        else:
            self.why = Obstacle.UNPROVEN
            return None
        repaired = {finding.fingerprint for repair in repairs for finding in repair.findings}
        still = {one.fingerprint for one in _blocking(self.old, after, self.direction, self.profile)}
        form = {one.fingerprint for one in self.blocking if one.question is Question.FORM} - still
        steps = tuple(replace(repair.step, announced=self._known(repair.path)) for repair in repairs)
        return Expansion(
            before=self.landed.text,
            after=edited.text.text,
            steps=steps,
            endings=() if edited.announces else tuple(step for step in steps if not step.announced),
            repaired=tuple(sorted(repaired | form)),
            left=_sorted(left),
        )

    def each(self, repairs: Sequence[_Repair], left: Sequence[Left]) -> Expansion | None:
        """Those that can be written and proven one by one, in one patch."""
        good: list[_Repair] = []
        bad: list[Left] = []
        for repair in repairs:
            rest = [_left(finding, Obstacle.UNPROVEN) for other in repairs if other is not repair for finding in other.findings]
            if self.whole([repair], [*left, *rest]):
                good.append(repair)
            else:
                bad += [_left(finding, self.why) for finding in repair.findings]
        return self.whole(good, [*left, *bad]) if good and bad else None

    def _edited(self, repairs: Sequence[_Repair], *, optional: bool) -> Editor:
        made = editor(self.old.format, self.base, self.landed)
        for repair in sorted(repairs, key=lambda one: bool(one.now)):  # what is put back finds its place by what stood before it
            if repair.now:
                renamed = repair.now != repair.path[-1]
                repair.name = repair.now if renamed else new_name(repair.path, repair.findings, made)
                made.beside(repair.path, repair.now, repair.name, optional=optional)
            else:
                made.put_back(repair.path)
        if made.announces:
            for repair in repairs:
                if not self._known(repair.path):
                    made.announce(repair.path, self.remove_after, repair.step.replacement)
        version = next_minor(self.old.version)
        if version and not raised(self.old.version, str(made.text.at("version") or "")):
            made.version(version)
        return made

    def _known(self, path: Path) -> bool:
        return any(related(one, path) and len(one) <= len(path) for one in self.announced)

    def _proven(self, after: Contract, repairs: Sequence[_Repair], left: Sequence[Left]) -> bool:
        """Judged again, nothing blocks but what is left; the old is there, and so is the new."""
        allowed = {*self.passed, *(one.fingerprint for one in left)}
        if allowed:  # what stays may still ask for a greater version
            allowed |= {one.fingerprint for one in self.blocking if one.question is Question.FORM}
        if any(one.fingerprint not in allowed for one in _blocking(self.old, after, self.direction, self.profile)):
            return False
        paths = {show(path) for path, _ in after.walk()}
        return all(show(repair.step.replacement) in paths for repair in repairs if repair.name)


def _left(finding: Finding, why: Obstacle) -> Left:
    return Left(fingerprint=finding.fingerprint, rule=finding.rule, path=finding.path, why=why)


def _sorted(left: Sequence[Left]) -> tuple[Left, ...]:
    return tuple(sorted(left, key=lambda one: (one.path, one.rule, one.fingerprint)))
