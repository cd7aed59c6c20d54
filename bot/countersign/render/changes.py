"""What a finding says: the change in a few words, and what a reader will feel of it. One entry a rule; a new rule adds its own here.

``{name}`` is the field (or dataset, or contract; of an enum's value the field), ``{value}`` an enum's value, ``{detail}`` the constraint
or keyword; ``{before}`` and ``{after}`` as the rule read them. Each is quoted when it is put in, so no text can shape the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from countersign.model.finding import Finding, Level, Question
from countersign.model.path import show
from countersign.render.earlier import earlier_sentence
from countersign.render.markdown import code, prose
from countersign.render.words import clean, quoted, shortened


class Saying(NamedTuple):
    """change: a few words, for tables and titles. effect: sentences."""

    change: str
    effect: str


#: rule, or ``rule=after`` where the direction makes another sentence.
SAYINGS: dict[str, Saying] = {
    # existence
    "contract-removed": Saying("contract {contract} removed", "Everything in it goes. Nothing promises this data to anybody any more."),
    "contract-renamed": Saying(
        "contract {contract} is now called {after}",
        "Its readers are registered on {contract}, which would be gone. To keep the name, write it as `id:` into the contract's entry.",
    ),
    "contract-unlisted": Saying(
        "contract {contract} taken out of the policy", "Nobody guards it any more: its next change would reach its readers unseen."
    ),
    "dataset-removed": Saying("dataset {name} removed", "Every job that reads {name} fails, or quietly reads nothing new."),
    "dataset-renamed": Saying("dataset {name} renamed to {after}", "Every job that reads {name} by that name finds nothing there."),
    "field-removed": Saying(
        "{name} removed", "A reader that names {name} fails on the first new record, or quietly finds it empty from then on."
    ),
    "field-renamed": Saying(
        "{name} renamed to {after}", "A reader that names {name} fails on the first new record, or quietly finds it empty from then on."
    ),
    "enum-value-removed": Saying(
        "{name}: value {value} removed", "Reports that count or filter on {value} find no new ones, and nothing tells them why."
    ),
    # compatibility
    "field-type-changed": Saying(
        "{name}: {before} → {after}",
        "A reader that takes {name} as {before} fails on the first new record, or reads wrong values from it.",
    ),
    "field-required-changed=false": Saying("{name} may now be missing", "A reader that counts on {name} fails on a record without it."),
    "field-required-changed=true": Saying(
        "{name} is now required", "Records kept from before may lack {name}; whoever reads them by the new contract fails."
    ),
    "field-required-changed": Saying("{name}: required {before} → {after}", "Whether {name} is always there is no longer what it was."),
    "field-nullable-changed=true": Saying(
        "{name} may now be null", "A reader that has no case for null fails on one, or drops the row: joins and averages shift."
    ),
    "field-nullable-changed=false": Saying(
        "{name} may no longer be null", "Records kept from before may hold a null there; whoever reads them by the new contract fails."
    ),
    "field-nullable-changed": Saying("{name}: null allowed {before} → {after}", "Whether {name} may be null is no longer what it was."),
    "enum-value-renamed": Saying(
        "{name}: value {before} renamed to {after}", "Whoever names the value {before} finds nothing: JSON, generated code and queries do."
    ),
    "enum-value-renumbered": Saying(
        "{name}: value {value} has number {after}, not {before}",
        "The bytes hold the number: old and new readers take it for another value.",
    ),
    "enum-value-added": Saying(
        "{name}: value {value} added", "A reader that knows only the listed values fails at {value}, or files it under the wrong heading."
    ),
    "enum-opened": Saying(
        "{name} may now hold values that are not listed", "A reader that knows only the listed values fails at a new one."
    ),
    "enum-closed": Saying("{name} holds only the listed values now", "Records kept from before may hold others."),
    "default-changed": Saying(
        "{name}: default {before} → {after}", "Where {name} is missing, readers now take another value, and sums shift."
    ),
    "constraint-changed": Saying(
        "{name}: {detail} {before} → {after}", "Values that could not occur before may occur now, or old ones no longer fit."
    ),
    "object-openness-changed": Saying(
        "{name}: members that are not listed, {before} → {after}", "A strict reader of {name} fails on a member that it does not know."
    ),
    "field-order-changed": Saying(
        "{name}: the columns stand in another order", "Who takes columns by their place reads one for another, and nothing fails."
    ),
    "field-added": Saying("{name} added", "A strict reader, or data kept from before, does not fit the new shape."),
    "dataset-added": Saying("dataset {name} added", "There is something new to read."),
    "server-moved": Saying(
        "server {detail}: {before} → {after}", "A reader that is set up for the old place fails, or reads what nobody fills any more."
    ),
    "role-withdrawn": Saying("role {detail}: {before} → {after}", "Whoever reads by that role is refused at the next run."),
    "implementation-differs": Saying(
        "{name}: {before} in the contract, {after} in its implementation",
        "Data is written by one of the two and read by the other, so readers meet what they were not promised.",
    ),
    # meaning
    "unit-changed": Saying(
        "{name}: unit {before} → {after}", "Same name, same type, other numbers. Every sum and threshold on {name} is wrong."
    ),
    "currency-changed": Saying(
        "{name}: currency {before} → {after}", "Same name, same type, other money. Every sum over {name} mixes the two."
    ),
    "timezone-changed": Saying("{name}: time zone {before} → {after}", "Rows near midnight move to another day; daily figures shift."),
    "grain-changed": Saying(
        "{name}: one row now means something else: {before} → {after}",
        "Names and types are the same, so nothing fails. But every count, sum and join on {name} is quietly wrong from the first new row.",
    ),
    "key-changed": Saying(
        "{name}: key {before} → {after}", "Joins and de-duplication by the old key give doubled or lost rows, and nothing fails."
    ),
    "enum-meaning-changed": Saying(
        "{name}: {value} now means {after}, not {before}", "The value stays, its meaning does not. Reports on {value} go on, and are wrong."
    ),
    "null-meaning-changed": Saying(
        "{name}: an empty value now means {after}, not {before}", "Readers that count or fill the empty ones get other figures."
    ),
    "classification-changed": Saying(
        "{name}: classification {before} → {after}", "Who may see {name}, and where it may be copied to, is no longer what readers rely on."
    ),
    "transform-changed": Saying(
        "{name} is computed in another way", "Same name, same type, other values. Figures before and after cannot be compared."
    ),
    "logical-type-changed": Saying(
        "{name}: logical type {before} → {after}",
        "Readers that know the logical type make other values of the same bytes; the others notice nothing.",
    ),
    "promise-loosened": Saying(
        "{detail}: {before} → {after}", "Data may come later, less often or for a shorter time than readers were promised."
    ),
    "quality-loosened": Saying(
        "{name}: {before} → {after}", "Rows that this check held back may reach readers, who left it to the producer."
    ),
    "relationship-changed": Saying(
        "{name}: joined with {before} → {after}", "A join that readers were promised loses rows or finds others, and nothing fails."
    ),
    "implementation-unlinked": Saying(
        "{name}: implemented by {before} → {after}", "Nothing holds that file to the contract any more, so the two may part unseen."
    ),
    "promise-withdrawn": Saying(
        "contract {contract}: status {before} → {after}", "The promise itself is taken back: further changes would block nobody."
    ),
    # undecided
    "keyword-undecided": Saying(
        "{name}: {detail} {before} → {after}", "Countersign cannot tell what {detail} does to the values, nor whom this breaks."
    ),
    "earlier-versions-unknown": Saying(
        "not every earlier version of {contract} was compared",
        "The policy protects all of them, and they are too many, or one of them takes too long.",
    ),
    # form
    "contract-unreadable": Saying("the contract cannot be read", "What cannot be read cannot be judged, so it does not pass."),
    "policy-unreadable": Saying("the policy cannot be read", "Without the policy nobody knows what is promised, so nothing passes."),
    "implementation-unreadable": Saying(
        "a file that implements {contract} cannot be read", "What the contract names as its implementation cannot be held to it."
    ),
    "version-not-raised": Saying(
        "the version of {contract} is not raised", "Readers tell by the version that something breaks. It has to be higher than before."
    ),
    "merge-changes-meaning": Saying(
        "the merge itself changes {name}",
        "Both sides changed the file, Git merged the lines without a conflict, and the outcome is not what this branch says."
        " Merge the base branch into this one, set {name} right, and push.",
    ),
    "duplicate-contract-id": Saying(
        "two files are contract {contract}", "Readers could not be told apart. Each contract needs its own id."
    ),
    "registration-unknown": Saying("`reads:` names something that does not exist", "Nobody would ever be asked because of this entry."),
    "product-unreadable": Saying("what the data product {name} is built on cannot be told", "Its manager would never be asked."),
    "contract-conflict": Saying(
        "the contract conflicts with the base branch", "What would land cannot be told before the conflict is resolved."
    ),
    # gate
    "gate-loosened": Saying(
        "policy: {name} {before} → {after}",
        "This makes the gate weaker. Readers cannot sign that away; only the organisation can let it pass.",
    ),
    "registration-removed": Saying(
        "registration of {team} taken out or narrowed", "The team would not be asked any more. Only the team itself can give that up."
    ),
    "delegate-added": Saying(
        "{after} may sign for {team}", "From then on their approval counts as the team's, so only the team can allow it."
    ),
    "registration-contested": Saying(
        "registration of {value} contested",
        "{value} would be told of what breaks {name}, and not waited for. An owner of the contract has to sign that, and data governance"
        " is told.",
    ),
    "criticality-raised": Saying(
        "registration of {value}: criticality {after}",
        "{value} would have more time to answer whenever {name} changes, and its silence would not count. An owner of the contract has to"
        " agree, or data governance.",
    ),
    # told
    "notice-announced": Saying("the end of {name} is announced", "It stays until the notice has run."),
    "notice-withdrawn": Saying("the end of {name} is called off", "Its notice stops. Announced again, it starts from the first day."),
    "description-changed": Saying("{name}: description reworded", "The words changed; the shape did not."),
    "partitioning-changed": Saying(
        "{name}: laid out by {before} → {after}", "The same rows, stored in another order: some queries take longer and cost more."
    ),
    "price-changed": Saying("price {before} → {after}", "The same data at another price."),
    "deprecation-marked=deprecated": Saying("{name} marked as deprecated", "Nothing new should be built on it. No date is set."),
    "deprecation-marked": Saying("{name} no longer marked as deprecated", "It may be built on again."),
    "identifier-changed": Saying("id of the document {before} → {after}", "Catalogues that know it by the old id no longer find it."),
    "contract-added": Saying("contract {contract} added", "There is something new to read."),
    "version-changed": Saying("version {before} → {after}", "Readers can find the release by it."),
}

#: For a rule that has no entry: its question says as much as is known.
_BY_QUESTION = {
    Question.EXISTENCE: Saying("{name}: {before} is gone", "A reader that uses it fails, or quietly finds nothing."),
    Question.COMPATIBILITY: Saying("{name}: {before} → {after}", "Readers may meet values that they do not know."),
    Question.MEANING: Saying("{name}: {before} → {after}", "Same name, same type, other meaning: nothing fails, and figures are wrong."),
    Question.FORM: Saying("{name} is not in order", "What cannot be judged does not pass."),
    Question.GATE: Saying("policy: {name} {before} → {after}", "This makes the gate weaker."),
    Question.TOLD: Saying("{name}: {before} → {after}", "Nobody has to do anything."),
}
#: A rewritten schema is no sentence: past so many characters what a keyword said on either side is left to the files.
_LONGEST_KEYWORD = 60
_OF_KEYWORDS = frozenset({"constraint-changed", "keyword-undecided"})
_CANNOT_TELL = "No rule can tell whether what was valid before still is, so it counts as a break until its readers have looked."
#: The remark of a rule or reader says it better than a general sentence.
_TOLD_BY_NOTE = frozenset({Question.FORM, Question.GATE})


class Names:
    """How fields are called in one text: without the dataset while there is only one, with it where names could clash."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        datasets: dict[str, set[str]] = {}
        for finding in findings:
            if finding.path and in_contract(finding):
                datasets.setdefault(finding.contract, set()).add(finding.path[0])
        self._crowded = len(datasets) > 1 or any(len(names) > 1 for names in datasets.values())

    def of(self, finding: Finding) -> str:
        """``amount`` or ``orders.amount``; an enum's value without the value; a knob or file; the contract where there is no path."""
        if not in_contract(finding):
            return finding.path[0] if finding.path else finding.contract or "the policy"
        path = finding.path[:-1] if finding.path and finding.path[-1].startswith("=") else finding.path
        short = path if self._crowded or len(path) < 2 else path[1:]
        return show(short) or finding.contract


def in_contract(finding: Finding) -> bool:
    """Its path leads into a contract. Elsewhere the path tells findings about files, knobs and registrations apart."""
    return finding.question not in (Question.FORM, Question.GATE) or finding.rule == "merge-changes-meaning"


def gone(finding: Finding) -> bool:
    """What it is about is no longer there, so the old line is the one to show."""
    return finding.after is None and finding.old is not None and (finding.question is Question.EXISTENCE or finding.before is not None)


def gone_elsewhere(finding: Finding) -> bool:
    """It was said in one file, and another takes it away: a migration. Then that one is the line to show."""
    return gone(finding) and finding.old is not None and finding.new is not None and finding.new.file != finding.old.file


def change(finding: Finding, names: Names) -> str:
    """The change in a few words, as Markdown."""
    return _filled(_saying(finding).change, finding, names, code)


def change_plainly(finding: Finding, names: Names) -> str:
    """The change in a few words, for titles, annotations and terminals."""
    return _filled(_saying(finding).change, finding, names, quoted)


def effect(finding: Finding, names: Names) -> str:
    """What a reader will feel and, where the author has to repair something, what to do; as Markdown."""
    return _effect(finding, names, code, prose)


def effect_plainly(finding: Finding, names: Names) -> str:
    """As `effect`, for annotations and terminals."""
    return _effect(finding, names, quoted, lambda text: shortened(clean(text), 600))


def _effect(finding: Finding, names: Names, quote: Callable[[str], str], tell: Callable[[str], str]) -> str:
    message = finding.note("message")
    if message and finding.question in _TOLD_BY_NOTE:
        sentences = [_sentence(tell(message))]
    else:
        sentences = [_filled(_saying(finding).effect, finding, names, quote)]
    if finding.breaks:
        sentences.append(earlier_sentence(finding, quote))
    if finding.also:
        more = f" and {len(finding.also) - 1} more" if len(finding.also) > 1 else ""
        sentences.append(f"The same declaration is used as {quote(show(finding.also[0]))}{more}.")
    if finding.note("buf"):
        sentences.append(f"buf calls this {finding.note('buf')}.")
    if finding.level is Level.UNDECIDED:
        sentences.append(_CANNOT_TELL)
    if finding.rule in ("gate-loosened", "registration-contested") and message:
        sentences.append(_filled(_saying(finding).effect, finding, names, quote))
    if finding.note("next"):
        sentences.append(f"Write {quote(finding.note('next'))}.")
    if finding.note("nearest"):
        sentences.append(f"Did you mean {quote(finding.note('nearest'))}?")
    if finding.note("remedy"):
        sentences.append(_sentence(tell(finding.note("remedy"))))
    return " ".join(sentences)


def _saying(finding: Finding) -> Saying:
    saying = SAYINGS.get(finding.rule)
    if finding.rule in _OF_KEYWORDS and saying and max(len(finding.before or ""), len(finding.after or "")) > _LONGEST_KEYWORD:
        return saying._replace(change="{name}: {detail} differs")
    return SAYINGS.get(f"{finding.rule}={finding.after}") or SAYINGS.get(finding.rule) or _BY_QUESTION[finding.question]


def _filled(template: str, finding: Finding, names: Names, quote: Callable[[str], str]) -> str:
    last = finding.path[-1] if finding.path else ""
    return template.format(
        name=quote(names.of(finding)),
        value=quote(last.removeprefix("=")),
        contract=quote(finding.contract),
        detail=quote(finding.detail or show(finding.path)),
        team=quote(finding.team),
        before=_said(finding, finding.before or finding.note("before"), quote),
        after=_said(finding, finding.after or finding.note("after"), quote),
    )


def _said(finding: Finding, value: str, quote: Callable[[str], str]) -> str:
    if finding.question is Question.GATE:
        return quote(_unquoted(value)) if value else "not set"
    return quote(value) if value else "nothing stated"


def _unquoted(value: str) -> str:
    """A knob's word without the quotes of JSON. Elsewhere they stay: a default of "1" is not a default of 1."""
    word = value[1:-1]
    return word if value == f'"{word}"' and word.replace("-", "").isalpha() else value


def _sentence(text: str) -> str:
    first = text.partition(" ")[0]
    if first.isalpha():  # a name or a path keeps its letters
        text = text[:1].upper() + text[1:]
    return text if text[-1:] in ".!?…" else text + "."
