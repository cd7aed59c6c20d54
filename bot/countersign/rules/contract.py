"""A contract comes, goes, leaves the policy, or stops promising."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Kind
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, reported, rule

#: ODCS 3.2, `status`: what is promised in each. A status that is not listed here promises nothing that a reader could rely on.
_PROMISED = ("active", "deprecated")


@rule("contract-removed", Level.BREAKING, Question.EXISTENCE, Aspect.CONTRACT)
def contract_removed(change: Change, direction: Direction) -> Judgement | None:
    """A contract is gone, and with it every promise in it.

    Readers registered on the contract keep reading data that nobody promises any longer. Nothing tells them when it changes
    or stops. A file that is moved is the same contract, and a renamed one is another rule (`contract-renamed`).

    ```diff
    - contracts/orders.odcs.yaml
    ```

    To avoid it: announce the end of each dataset first, wait until the readers have left, then remove the file. To move a
    contract, keep its id: write `id:` in its `publishes:` entry if the id was taken from the file's name.
    """
    return Judgement(level=Level.BREAKING) if change.kind is Kind.REMOVED else None


@rule("contract-added", Level.SAFE, Question.TOLD, Aspect.CONTRACT)
def contract_added(change: Change, direction: Direction) -> Judgement | None:
    """A contract is new, so nobody can depend on it yet.

    Nothing is asked of anybody. From the merge on, its fields, values and meanings are promised, and readers can register.

    ```diff
    + contracts/refunds.odcs.yaml
    ```

    Write down the unit, the time zone, the grain and the key now: they are free to choose today, and later they are changes.
    Start with `status: draft` while the shape still moves; a draft blocks nobody.
    """
    return Judgement(level=Level.SAFE) if change.kind is Kind.ADDED else None


contract_renamed = reported(
    "contract-renamed",
    Level.BREAKING,
    Question.EXISTENCE,
    """A contract's file takes another name, and with it the contract takes another id.

    Readers are registered by the id, and so are notices and data products. Under the new one nobody is registered, so the next change
    would ask nobody. Git tells that it is the same file; what else differs in it is told beside this.

    ```diff
    - contracts/orders.odcs.yaml
    + contracts/sales-orders.odcs.yaml
    ```

    A file that moves to another directory keeps its id, and is no finding.

    To avoid it: write the old id into the entry, `id: orders`. Then the file may be called anything.
    """,
)

contract_unlisted = reported(
    "contract-unlisted",
    Level.BREAKING,
    Question.EXISTENCE,
    """A contract is still in the repository, but the policy no longer publishes it.

    For a reader that is the same as its removal: the file may now change in any way and nobody is asked. It would also be the
    easiest way round the gate, so it waits for the same signatures and the same notice.

    ```diff
      publishes:
    -   - contract: contracts/orders.odcs.yaml
        - contract: contracts/refunds.odcs.yaml
    ```

    To avoid it: keep the entry until the readers have left. If you reworded a pattern, check that it still matches every
    contract file that it matched before.
    """,
)


@rule("promise-withdrawn", Level.SEMANTIC, Question.MEANING, Aspect.STATUS)
def promise_withdrawn(change: Change, direction: Direction) -> Judgement:
    """A contract that was promised becomes a draft, a proposal, or retired.

    The data looks the same, but the producer no longer stands behind it: a draft or a proposal blocks nobody, so every later
    change would pass unseen. That is why the step itself has to be signed.

    ```diff
    - status: active
    + status: draft
    ```

    From `active` to `deprecated` the promise still stands; readers are told. Any step that promises more is safe.

    To avoid it: keep `active` and announce the end of what will go. To try something new, publish a second contract as a draft.
    """
    promised_before, promised_after = change.before in _PROMISED, change.after in _PROMISED
    if promised_before and not promised_after:
        level = Level.SEMANTIC
    elif promised_before and change.after == "deprecated":
        level = Level.NOTICE
    else:
        level = Level.SAFE
    return Judgement(level=level, before=change.before, after=change.after)


@rule("version-changed", Level.SAFE, Question.TOLD, Aspect.VERSION)
def version_changed(change: Change, direction: Direction) -> Judgement:
    """The contract says a new version of itself.

    Nothing is asked. Readers see the step in the check, so that they can find the release that brought a change.

    ```diff
    - version: 1.4.0
    + version: 1.5.0
    ```

    Whether the step is large enough for what changed is judged by `version-not-raised`.
    """
    notes = (("before", change.before or ""), ("after", change.after or ""))  # GATE §4: no versions in a fingerprint
    return Judgement(level=Level.SAFE, notes=notes)
