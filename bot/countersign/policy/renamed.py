"""Teams under the names that they have now, in the place of those that a policy still writes (GATE §4, Renamed teams)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from countersign.model.consumer import Registration
from countersign.model.policy import Policy
from countersign.model.product import Product
from countersign.policy.loosening import Loosening


@dataclass(frozen=True, slots=True)
class Names:
    """renamed: ``org/slug`` that a team has given up, in lower case -> ``org/slug`` as it is called now.

    moved: GitHub's number of a team that has given a slug up -> ``org/slug`` as it is called now.
    followed: ``@org/team`` as written -> as it is called now, of what has been asked so far.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[int, str] = field(default_factory=dict)
    followed: dict[str, str] = field(default_factory=dict)

    def now(self, name: str) -> str:
        """What the team is called now; every other name as it is."""
        slug = self.renamed.get(name.removeprefix("@").lower())
        if slug is None or "/" not in name:
            return name
        return self._follow(name, slug)

    def all_now(self, names: Iterable[str]) -> tuple[str, ...]:
        """Each once: a line that has the old name and one that has the new one mean one team."""
        return tuple(dict.fromkeys(self.now(name) for name in names)) if self.renamed else tuple(names)

    def ever(self, name: str) -> tuple[str, ...]:
        """Every name that the team has, and has had."""
        now = self.now(name)
        return tuple(dict.fromkeys((name, now, *(f"@{old}" for old, new in self.renamed.items() if f"@{new}".lower() == now.lower()))))

    def entry(self, entry: Registration) -> Registration:
        """A registration means the team that had the name when it came, whoever has it by now."""
        if not self.renamed and entry.number not in self.moved:
            return entry
        team = self.now(entry.team)
        meant = self.moved.get(entry.number, "")
        if meant and team.lower() != f"@{meant}".lower():
            team = self._follow(entry.team, meant)
        return replace(entry, team=team, delegates=self.all_now(entry.delegates))

    def policy(self, policy: Policy) -> Policy:
        """With every team under the name that it has now."""
        if not self.renamed:
            return policy
        return replace(
            policy,
            owners=self.all_now(policy.owners),
            organisation_owners=self.all_now(policy.organisation_owners),
            overrides=replace(policy.overrides, by=self.all_now(policy.overrides.by)),
            publishes=tuple(replace(entry, owners=self.all_now(entry.owners)) for entry in policy.publishes),
            reads=tuple(self.entry(entry) for entry in policy.reads),
            products=tuple(self._product(product) for product in policy.products),
            contested=tuple(replace(entry, team=self.now(entry.team)) for entry in policy.contested),
        )

    def same(self, loosening: Loosening) -> bool:
        """Whether all that differs is what teams are called."""
        before, after = (self._set(json.loads(side) if side else None) for side in (loosening.before, loosening.after))
        return bool(self.renamed) and before is not None and before == after

    def _set(self, side: object) -> set[str] | None:
        """The teams and people that a knob lists; None of any other knob."""
        names = [one for one in side if isinstance(one, str) and one.startswith("@")] if isinstance(side, list) else []
        return {self.now(one) for one in names} if names and side == names else None

    def _follow(self, name: str, slug: str) -> str:
        """The organisation stays as it is written, so that whoever corrects the line writes what this returns."""
        organisation = name.removeprefix("@").partition("/")[0]
        if slug.lower().startswith(f"{organisation.lower()}/"):
            slug = organisation + slug[len(organisation) :]
        return self.followed.setdefault(name, f"@{slug}")

    def _product(self, product: Product) -> Product:
        return replace(product, manager=self.now(product.manager), team=self.now(product.team))
