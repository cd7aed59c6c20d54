"""Can a change of what a data product is built on be stopped, by whom, and is that enforced?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from countersign import policy as policies
from countersign.model.consumer import Reference
from countersign.model.enforceability import Enforcement, Hold
from countersign.model.policy import Mode
from countersign.model.product import Input, Product
from countersign.model.pull_request import Standing
from countersign.model.readership import Answer, InputAnswer, Obstacle, ProductAnswer
from countersign.ports import GitHubTrouble, GitTrouble, Protection
from countersign.services.branches import default_ref
from countersign.services.comparison import Notebook
from countersign.services.context import Ports
from countersign.services.enforceability import branch_enforcement
from countersign.services.export import NotKnown
from countersign.services.in_force import base_policy
from countersign.services.products import resolved
from countersign.services.roster import registered

#: What keeps a change from being stopped at all; the rest only weakens it, or hides it.
_FATAL = {Obstacle.NO_CONTRACT, Obstacle.SEVERAL, Obstacle.NO_SAY, Obstacle.MODE, Obstacle.NOT_REQUIRED}


def product_audit(ports: Ports, name: str, *, settings: Protection | None = None) -> tuple[ProductAnswer, ...]:
    """Of every product of this name, in any case. Raises `NotKnown` with the nearest name. settings: as in `branch_enforcement`."""
    known = ports.records.products()
    found = [product for product in known if product.name.lower() == name.lower()]
    if not found:
        near = get_close_matches(name, [product.name for product in known], n=1)
        raise NotKnown(f"No data product is called {name}." + (f" Did you mean {near[0]}?" if near else ""))
    look = Look(
        catalogue=dict(ports.records.catalogue()),
        modes=cache(lambda home: _modes(ports, home)),
        enforcement=lambda home: _enforcement(ports, home, settings),
    )
    return tuple(ProductAnswer(product=product, inputs=answers(ports, product, look)) for product in found)


@dataclass(frozen=True, slots=True)
class Look:
    """Where the facts of an answer come from. modes: of a repository, contract -> mode; None if they could not be told.

    enforcement: of its default branch; None likewise.
    """

    catalogue: Mapping[Reference, object]
    modes: Callable[[str], Mapping[str, Mode] | None]
    enforcement: Callable[[str], Enforcement | None]


def answers(ports: Ports, product: Product, look: Look) -> tuple[InputAnswer, ...]:
    """Input by input, in their order."""
    return tuple(_answered(ports, product, one, look) for one in product.inputs)


def meant(product: Product, one: Input, catalogue: Mapping[Reference, object]) -> list[Reference]:
    """The contracts that an input may mean, of those that are promised."""
    found = (reference._replace(dataset="") for reference in resolved(one, product.repository, catalogue))
    return [reference for reference in found if reference in catalogue]


def _answered(ports: Ports, product: Product, one: Input, look: Look) -> InputAnswer:
    contracts = meant(product, one, look.catalogue)
    if len(contracts) != 1:
        return InputAnswer(input=one, answer=Answer.NO, obstacles=(Obstacle.SEVERAL if contracts else Obstacle.NO_CONTRACT,))
    home, contract = contracts[0].repository, contracts[0].contract
    readers = registered(ports, home, contract)
    mine = [r for r in readers if r.registration.product == product.name and r.registration.repository == product.repository]
    standing = next((reader.standing for reader in mine), None)
    others = {r.registration.team for r in readers if r.standing is Standing.COUNTS and r not in mine}
    told = look.modes(home)
    mode = told.get(contract) if told else None
    enforced = look.enforcement(home)
    obstacles = tuple(_obstacles(standing, mode, enforced))
    fatal = any(obstacle in _FATAL for obstacle in obstacles)
    unknown = Obstacle.UNREAD in obstacles
    answer = Answer.NO if fatal else Answer.UNKNOWN if unknown else Answer.NOT_ALWAYS if obstacles else Answer.YES
    return InputAnswer(
        input=one, answer=answer, obstacles=obstacles, standing=standing, others=tuple(sorted(others)), mode=mode, enforcement=enforced
    )


def _obstacles(standing: Standing | None, mode: Mode | None, enforced: Enforcement | None) -> list[Obstacle]:
    found = [] if standing is Standing.COUNTS else [Obstacle.NO_SAY]
    if mode is not None and mode is not Mode.ENFORCE:
        found.append(Obstacle.MODE)
    if enforced is not None and enforced.hold is Hold.OPEN:
        found.append(Obstacle.NOT_REQUIRED)
    if enforced is not None and enforced.hold is Hold.BYPASSABLE:
        found.append(Obstacle.BYPASS)
    if mode is None or enforced is None or enforced.hold is Hold.UNKNOWN:
        found.append(Obstacle.UNREAD)
    return found


def _modes(ports: Ports, repository: str) -> dict[str, Mode] | None:
    """Contract -> the mode of its entry on the default branch; None if that could not be read."""
    home = ports.records.repository(repository)
    if home is None:
        return None
    try:
        above = ports.organisation_policy(repository)
        ports.git.fetch(repository, [default_ref(home)])
        tip = ports.git.resolve(repository, default_ref(home))
        standard = base_policy(ports.reader, repository, tip, above, Notebook())
        listed = policies.listed(standard.policy, ports.git.files(repository, tip))
    except GitTrouble:
        return None
    return None if standard.unread else {contract: entry.settings.mode for entry, contract in listed.values()}


def _enforcement(ports: Ports, repository: str, settings: Protection | None) -> Enforcement | None:
    try:
        return branch_enforcement(ports, repository, settings=settings)
    except GitHubTrouble:
        return None
