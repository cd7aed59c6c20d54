"""Who reads which contract, and whether a data product's manager can stop a change: what an operator or a manager asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countersign.model.consumer import Reference
from countersign.model.enforceability import Enforcement
from countersign.model.policy import Mode
from countersign.model.product import Input, Product
from countersign.model.pull_request import Reader, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Readership:
    """readers: all that are registered, counting or not. published: False if no default branch promises such a contract."""

    reference: Reference
    readers: tuple[Reader, ...] = ()
    published: bool = True


class Answer(StrEnum):
    """Can a change of what a product is built on be stopped by its manager?"""

    YES = "yes"
    NOT_ALWAYS = "not always"  # some people may land it all the same
    NO = "no"
    UNKNOWN = "unknown"


class Obstacle(StrEnum):
    """Why not, or why not always."""

    NO_CONTRACT = "no-contract"  # nothing of this name is promised
    SEVERAL = "several"  # several contracts have this id
    NO_SAY = "no-say"  # the manager's registration does not count
    MODE = "mode"  # the gate does not block there
    NOT_REQUIRED = "not-required"  # the check is not required, or anybody can forge it
    BYPASS = "bypass"  # some are not bound by it
    UNREAD = "unread"  # the policy or GitHub's settings could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class InputAnswer:
    """One contract that a product is built on. standing: of the manager's registration. others: teams that sign as well.

    mode, enforcement: None where they could not be told.
    """

    input: Input
    answer: Answer
    obstacles: tuple[Obstacle, ...] = ()
    standing: Standing | None = None
    others: tuple[str, ...] = ()
    mode: Mode | None = None
    enforcement: Enforcement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductAnswer:
    product: Product
    inputs: tuple[InputAnswer, ...]
