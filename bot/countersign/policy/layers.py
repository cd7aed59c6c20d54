"""From four layers to the settings in force: product, organisation's ``default:``, repository, ``publishes:`` entry; over the floor.

``require:`` is the organisation's floor. What a repository writes below it is an error of the repository (see `reading`); what only
comes from a weaker start is lifted to the floor without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from countersign.model.change import Direction
from countersign.model.consumer import CRITICALITIES
from countersign.model.finding import Level
from countersign.model.policy import BreakGlassRules, Mode, NoticeRules, OnSilence, OverrideRules, ReviewRules
from countersign.model.policy import Settings as ContractSettings
from countersign.model.profile import OpenObjects, Profile, ProtobufProfile, TableFormat
from countersign.model.runtime import GuardMode, HaltOver, RollBack, Runtime, StoredTable
from countersign.policy.schema import Knob, Setting, Settings, entry, flatten, floor, product, top

JSON = Any

#: Schema Registry's words (GATE §2).
_ALIASES = {"FORWARD": Direction.READERS, "BACKWARD": Direction.HISTORY, "FULL": Direction.BOTH}
_TRANSITIVE = "_TRANSITIVE"


@dataclass(frozen=True, slots=True)
class Layers:
    """What each layer sets. own: the repository's top level."""

    start: Settings
    floor: Settings
    own: Settings

    @classmethod
    def of(cls, repository: Mapping[str, JSON] | None, organisation: Mapping[str, JSON] | None) -> Layers:
        """From the two files' data, each fitting the schema; None where there is no file."""
        said = organisation or {}
        return cls(
            start=flatten(floor(), said.get("default", {})),
            floor=flatten(floor(), said.get("require", {})),
            own=flatten(top(), repository or {}),
        )

    def for_everybody(self) -> Settings:
        """What holds in a repository that sets nothing."""
        return {**product("floor"), **self._lift({**_weakest(), **self.start})}

    def for_repository(self) -> Settings:
        """What holds in this repository where no entry says otherwise."""
        return {**product("floor"), **self._lift({**_weakest(), **product("top"), **self.start, **self.own})}

    def for_entry(self, written: Mapping[str, JSON]) -> Settings:
        """What holds for the contracts of one ``publishes:`` entry."""
        known = entry()["properties"]
        around = {knob: setting for knob, setting in self.for_repository().items() if knob[0] in known}
        lifted = self._lift({**product("entry"), **around, **flatten(entry(), written)})
        return {knob: setting for knob, setting in lifted.items() if knob[0] in known}

    def least(self, knob: Knob) -> Setting | None:
        """What the organisation requires of a knob. A rule's mode may not fall below the mode that it requires of everything."""
        return self.floor.get(knob) or (self.floor.get(("mode",)) if knob[0] == "modes" else None)

    def _lift(self, settings: Settings) -> Settings:
        lifted = {**settings, **{knob: least for knob, least in self.floor.items() if knob not in settings}}
        for knob, setting in lifted.items():
            least = self.least(knob)
            if least and not least.order.allows(least.value, setting.value):
                lifted[knob] = least
        return lifted


@cache
def _weakest() -> Settings:
    """The product's defaults that a floor is measured against.

    Overrides are the organisation's alone, so what it requires there simply holds.
    """
    return {knob: setting for knob, setting in product("floor").items() if knob[0] != "overrides"}


def contract_settings(settings: Settings) -> ContractSettings:
    """The knobs that the gate reads for one contract."""
    word = str(_value(settings, "protects"))
    plain = word.removesuffix(_TRANSITIVE)
    return ContractSettings(
        mode=Mode(_value(settings, "mode")),
        protects=_ALIASES.get(plain) or Direction(plain),
        transitive=word.endswith(_TRANSITIVE),
        profile=Profile(
            open_objects=OpenObjects(_value(settings, "open_objects")),
            protobuf=ProtobufProfile(_value(settings, "protobuf")),
            table=TableFormat(_value(settings, "table_format")),
        ),
        notice=NoticeRules(
            days=_value(settings, "notice", "days"),
            unless=_value(settings, "notice", "unless"),
            unclaimed_days=_value(settings, "notice", "unclaimed_days"),
        ),
        review=ReviewRules(
            working_days={one: _value(settings, "review", "working_days", one) for one in CRITICALITIES},
            on_silence={one: OnSilence(_value(settings, "review", "on_silence", one)) for one in CRITICALITIES},
            objection_max_days=_value(settings, "review", "objection_max_days"),
        ),
        break_glass=BreakGlassRules(
            signatures=_value(settings, "break_glass", "signatures"), max_hours=_value(settings, "break_glass", "max_hours")
        ),
        levels={knob[1]: Level(setting.value) for knob, setting in sorted(settings.items()) if knob[0] == "rules"},
        modes={knob[1]: Mode(setting.value) for knob, setting in sorted(settings.items()) if knob[0] == "modes"},
        runtime=_runtime(settings),
    )


def _runtime(settings: Settings) -> Runtime:
    """How a contract is guarded, and its incidents run. What has no default in the schema has one in the noun."""
    deployed = {knob[2]: setting.value for knob, setting in settings.items() if knob[:2] == ("runtime", "deployed_by")}
    return Runtime(
        mode=GuardMode(_value(settings, "runtime", "mode")),
        halt_over=HaltOver(
            bad=_value(settings, "runtime", "halt_over", "bad"),
            missing=_value(settings, "runtime", "halt_over", "missing"),
            consecutive=_value(settings, "runtime", "halt_over", "consecutive"),
        ),
        acknowledge_minutes=_value(settings, "runtime", "acknowledge_minutes"),
        fix_minutes=_value(settings, "runtime", "fix_minutes"),
        roll_back=RollBack(_value(settings, "runtime", "rollback")),
        tables=tuple(StoredTable(**one) for one in _value(settings, "runtime", "tables")),
        **deployed,
    )


def override_rules(settings: Settings) -> OverrideRules:
    return OverrideRules(by=tuple(_value(settings, "overrides", "by")), max_days=_value(settings, "overrides", "max_days"))


def with_rule_levels(settings: Settings, levels: Mapping[str, str]) -> Settings:
    """The same, with each rule's own level where the policy sets none. levels: rule id -> level."""
    return {**flatten(top(), {"rules": {rule: str(level) for rule, level in levels.items()}}), **settings}


def _value(settings: Settings, *knob: str) -> JSON:
    return settings[knob].value
