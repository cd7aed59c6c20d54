"""What a change of policy loosens. The first half is generated from the schema, so that a new knob cannot be forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from countersign.policy import Document, Loosening, below_organisation, loosenings, read
from countersign.policy.schema import Knob, Node, entry, floor, knobs, resolve, root, top

CHANNELS = {"exec": {"email": "exec@acme.example"}}
#: One word is all that these allow, so that they cannot differ.
WITHOUT_CHOICE = {("break_glass", "by")}


def document(data: Any) -> Document | None:
    return None if data is None else Document("contracts-policy.yaml", json.dumps(data))


def compare(old: Any, new: Any, *, name: str = "acme/shop", organisation: Any = None, **more: Any) -> tuple[Loosening, ...]:
    """Loosenings between two files of a repository; in `acme/.github` they are the organisation's as well."""
    sides = []
    for data in (old, new):
        own = document(data)
        both = (None, own) if name.endswith("/.github") else (own, document(organisation))
        assert read(*both, name=name, rule_ids=("field-added",)).errors == ()
        sides.append(both)
    return loosenings(sides[0], sides[1], name=name, **more)


def names(found: tuple[Loosening, ...]) -> list[str]:
    return [one.knob for one in found]


def said(found: tuple[Loosening, ...]) -> list[tuple[str, str | None, str | None]]:
    return [(one.knob, one.before, one.after) for one in found]


# -- one case a knob, from the schema ---------------------------------------------------------------------------------------


_OCCASION = {"when": {"debt_open_days": 14}, "tell": ["exec"]}
#: For knobs that are sets: fewer, and more.
SETS: dict[Knob, tuple[Any, Any]] = {
    ("on_call",): (None, "exec"),
    ("branches",): ([], ["/release/**"]),
    ("policies",): ([], ["services/*/contracts-policy.yaml"]),
    ("leadership", "digest"): ([], ["exec"]),
    ("escalation",): ([_OCCASION], [_OCCASION, {**_OCCASION, "when": {"violations": 3, "within_days": 90}}]),
    ("channels", "<name>"): (CHANNELS["exec"], {**CHANNELS["exec"], "issue": "acme/data"}),
    ("code",): (["src/**"], ["src/**", "lib/**"]),
    ("payload",): (None, "src/a.py#A"),
    ("meaning",): ({"a": "a.py#a"}, {"a": "a.py#a", "b": "b.py#b"}),
    ("overrides", "by"): (["@acme/gov"], ["@acme/gov", "@lena"]),
    ("runtime", "tables"): ([], [{"catalog": "lake", "table": "sales.orders"}]),
}
#: For knobs of free text without an order: one, and another.
OTHERS: dict[Knob, tuple[Any, Any]] = {
    ("domain",): ("payments", "shop"),
    ("leaders",): (["@acme/council"], ["@acme/board"]),
    ("owners",): (["@acme/a"], ["@acme/a", "@acme/b"]),
    ("id",): ("a", "b"),
    ("runtime", "deployed_by", "environment"): ("production", "staging"),
}


def loose_and_tight(knob: Knob, node: Node) -> tuple[Any, Any]:
    """Two values, the second stricter (for a knob without an order: just different)."""
    stricter = node["x-order"]["stricter"]
    if isinstance(stricter, list):
        return stricter[0], stricter[-1] if node.get("default", stricter[0]) == stricter[0] else node["default"]
    if "of" in node["x-order"]:
        return "readers", "both"
    if "minimum" in node:
        loose, tight = (node["maximum"], node["minimum"]) if stricter == "lower" else (node["minimum"], node["maximum"])
        return loose, tight if node.get("default", loose) == loose else node["default"]
    if stricter == "none":
        return OTHERS[knob] if "enum" not in node else (node["enum"][0], node["enum"][1])
    fewer, more = SETS[knob]
    return (fewer, more) if stricter == "superset" else (more, fewer)


def nested(knob: Knob, value: Any) -> dict[str, Any]:
    """The value under its keys; no value, no key."""
    if value is None:
        return {}
    for key in reversed(knob):
        value = {{"rules": "field-added", "modes": "field-added", "channels": "exec"}[knob[0]] if key == "<name>" else key: value}
    return {**value}


def cases() -> Iterator[Any]:
    places = (("", top()), ("entry", entry()), ("require", floor()), ("default", floor()))
    for place, node in places:
        for knob, leaf in knobs(node):
            if knob not in WITHOUT_CHOICE:
                yield pytest.param(place, knob, leaf, id=".".join((place, *knob)).strip("."))


def policy_with(place: str, knob: Knob, value: Any) -> dict[str, Any]:
    setting = nested(knob, value)
    if place == "entry":
        return {"version": 1, "publishes": [{"contract": "/a.yaml", **setting}]}
    channels = {} if knob[0] == "channels" else {"channels": CHANNELS}
    return {"version": 1, **(channels if knob[0] in ("escalation", "leadership") else {}), **({place: setting} if place else setting)}


def shown(place: str, knob: Knob) -> str:
    prefix = {"": "", "entry": "publishes[/a.yaml].", "require": "require.", "default": "default."}[place]
    return prefix + ".".join(
        {"rules": "field-added", "modes": "field-added", "channels": "exec"}[knob[0]] if step == "<name>" else step for step in knob
    )


@pytest.mark.parametrize(("place", "knob", "leaf"), list(cases()))
def test_every_knob_can_be_loosened_and_tightened(place: str, knob: Knob, leaf: Node) -> None:
    ours = ("leaders", "escalation", "channels", "ledger", "leadership", "targets")
    name = "acme/.github" if place in ("require", "default") or knob[0] in ours else "acme/shop"
    loose, tight = (policy_with(place, knob, value) for value in loose_and_tight(knob, leaf))
    ordered = leaf["x-order"]["stricter"] != "none"
    assert names(compare(tight, loose, name=name)) == [shown(place, knob)]
    assert names(compare(loose, tight, name=name)) == ([] if ordered else [shown(place, knob)])
    assert compare(loose, loose, name=name) == ()


def test_a_rules_own_mode_is_held_against_the_mode_that_it_had_without() -> None:
    plain, watched = {"version": 1}, {"version": 1, "modes": {"field-added": "warn"}}
    assert said(compare(plain, watched)) == [("modes.field-added", '"enforce"', '"warn"')]
    assert compare(watched, plain) == ()
    assert compare({"version": 1, "mode": "observe"}, {"version": 1, "mode": "observe", "modes": {"field-added": "warn"}}) == ()


def test_what_is_no_knob_is_said_to_be_none() -> None:
    """Every key of the file is compared, or is one of those that GATE §4 names, or holds those that are compared."""
    quiet = [key for key, node in root()["properties"].items() if resolve(node).get("x-knob") is False]
    assert quiet == ["version", "tags", "publishes", "reads", "products", "contested", "require", "default"]
    still = [key for key, node in entry()["properties"].items() if resolve(node).get("x-knob") is False]
    assert still == ["contract", "notices", "physical", "packages"]


# -- in force, not as written ------------------------------------------------------------------------------------------------

ENTRY = {"contract": "contracts/orders.yaml"}


def test_a_setting_that_moves_between_layers_is_not_loosened() -> None:
    top_level = {"version": 1, "mode": "warn", "publishes": [ENTRY]}
    in_entry = {"version": 1, "mode": "warn", "publishes": [{**ENTRY, "mode": "warn"}]}
    assert compare(top_level, in_entry) == compare(in_entry, top_level) == ()
    assert compare({"version": 1, "mode": "warn"}, {"version": 1}, organisation={"version": 1, "default": {"mode": "warn"}}) == ()


def test_the_products_default_written_out_changes_nothing() -> None:
    assert compare({"version": 1}, {"version": 1, "mode": "enforce", "protects": "FORWARD", "notice": {"days": 30}}) == ()


def test_a_setting_taken_out_falls_back() -> None:
    found = compare({"version": 1, "notice": {"days": 60}}, {"version": 1})
    assert said(found) == [("notice.days", "60", "30")]


def test_what_entries_inherit_is_said_once() -> None:
    old = {"version": 1, "publishes": [ENTRY, {"contract": "/b.yaml"}, {"contract": "/c.yaml", "mode": "warn"}]}
    assert said(compare(old, {**old, "mode": "observe"})) == [("mode", '"enforce"', '"observe"')]


def test_entries_that_loosen_by_themselves_are_each_said() -> None:
    old = {"version": 1, "publishes": [ENTRY, {"contract": "/b.yaml"}]}
    new = {"version": 1, "publishes": [{**ENTRY, "mode": "observe"}, {"contract": "/b.yaml", "mode": "observe"}]}
    assert names(compare(old, new)) == ["publishes[/b.yaml].mode", "publishes[contracts/orders.yaml].mode"]


def test_from_readers_to_history_is_neither_stricter_nor_looser() -> None:
    assert names(compare({"version": 1, "protects": "readers"}, {"version": 1, "protects": "history"})) == ["protects"]


def test_transitive_is_stricter() -> None:
    assert compare({"version": 1, "protects": "both"}, {"version": 1, "protects": "FULL_TRANSITIVE"}) == ()
    assert names(compare({"version": 1, "protects": "FULL_TRANSITIVE"}, {"version": 1, "protects": "FULL"})) == ["protects"]


def test_owners_in_another_order_are_the_same_owners() -> None:
    assert compare({"version": 1, "owners": ["@a", "@b"]}, {"version": 1, "owners": ["@b", "@a"]}) == ()


def test_a_level_is_compared_with_the_rules_own() -> None:
    raised = {"version": 1, "rules": {"field-added": "semantic"}}
    assert compare({"version": 1}, raised, levels={"field-added": "safe"}) == ()
    assert said(compare({"version": 1}, raised, levels={"field-added": "breaking"})) == [("rules.field-added", '"breaking"', '"semantic"')]
    assert said(compare(raised, {"version": 1}, levels={"field-added": "safe"})) == [("rules.field-added", '"semantic"', '"safe"')]


def test_a_level_cannot_be_shown_to_be_raised_where_the_rules_own_is_not_known() -> None:
    assert names(compare({"version": 1}, {"version": 1, "rules": {"field-added": "breaking"}})) == ["rules.field-added"]
    assert compare({"version": 1}, {"version": 1, "rules": {"field-added": "invalid"}}) == ()


def test_notices_and_registrations_are_no_knobs() -> None:
    old = {"version": 1, "publishes": [{**ENTRY, "notices": [{"field": "a", "remove_after": "2027-01-01"}]}]}
    new = {"version": 1, "publishes": [ENTRY], "reads": [{"contract": "acme/x#x", "team": "@acme/shop"}]}
    assert compare(old, new) == ()


# -- files and entries that come and go --------------------------------------------------------------------------------------


def test_a_policy_that_goes_falls_back_to_the_organisation() -> None:
    organisation = {"version": 1, "default": {"mode": "warn"}}
    found = compare({"version": 1, "mode": "enforce"}, None, organisation=organisation)
    assert said(found) == [("mode", '"enforce"', '"warn"')]
    assert (found[0].place, found[0].old and found[0].old.line) == (None, 1)


def test_a_first_policy_loosens_nothing() -> None:
    assert compare(None, {"version": 1, "mode": "observe", "publishes": [ENTRY]}) == ()


def test_a_new_entry_loosens_nothing() -> None:
    old = {"version": 1, "publishes": [ENTRY]}
    assert compare(old, {"version": 1, "publishes": [ENTRY, {"contract": "/b.yaml", "mode": "observe"}]}) == ()


def test_a_new_entry_that_takes_a_listed_file_over_may_loosen() -> None:
    old = {"version": 1, "publishes": [{"contract": "contracts/**"}]}
    new = {"version": 1, "publishes": [{"contract": "contracts/**"}, {**ENTRY, "mode": "observe", "id": "orders"}]}
    found = compare(old, new, files=[(file, file) for file in ("contracts/orders.yaml", "contracts/other.yaml")])
    assert said(found) == [("publishes[contracts/orders.yaml].mode", '"enforce"', '"observe"')]
    assert compare(old, new, files=[("contracts/other.yaml", "contracts/other.yaml")]) == ()


def test_a_contract_is_compared_with_the_entry_of_the_file_that_it_moves_to() -> None:
    old = {"version": 1, "publishes": [ENTRY]}
    new = {"version": 1, "publishes": [ENTRY, {"contract": "v2/orders.yaml", "mode": "observe"}]}
    found = compare(old, new, files=[("contracts/orders.yaml", "v2/orders.yaml")])
    assert said(found) == [("publishes[v2/orders.yaml].mode", '"enforce"', '"observe"')]


def test_a_new_pattern_within_an_old_one_may_loosen_files_to_come() -> None:
    old = {"version": 1, "publishes": [{"contract": "schemas/**"}]}
    new = {"version": 1, "publishes": [{"contract": "schemas/**"}, {"contract": "schemas/pay/*.avsc", "mode": "warn"}]}
    assert said(compare(old, new)) == [("publishes[schemas/pay/*.avsc].mode", '"enforce"', '"warn"')]
    assert compare(old, {"version": 1, "publishes": [{"contract": "schemas/**"}, {"contract": "schemas/pay/*.avsc"}]}) == ()


def test_a_policy_where_none_could_be_read_is_measured_against_the_organisation() -> None:
    organisation = document({"version": 1, "default": {"mode": "warn"}})
    own = document({"version": 1, "owners": ["@a"], "publishes": [{"contract": "/a.yaml", "mode": "observe"}, {"contract": "/b.yaml"}]})
    found = below_organisation((own, organisation), name="acme/shop", levels={})
    assert said(found) == [("publishes[/a.yaml].mode", '"warn"', '"observe"')]


def test_entries_in_another_order_are_the_same_entries() -> None:
    entries = [{**ENTRY, "mode": "observe"}, {"contract": "/b.yaml"}]
    assert compare({"version": 1, "publishes": entries}, {"version": 1, "publishes": entries[::-1]}, files=[("b.yaml", "b.yaml")]) == ()


def test_an_entry_for_one_file_that_goes_is_told_by_its_contract() -> None:
    assert compare({"version": 1, "publishes": [ENTRY]}, {"version": 1, "publishes": []}) == ()


def test_a_pattern_that_gets_narrower_lists_fewer_files_to_come() -> None:
    old, new = ({"version": 1, "publishes": [{"contract": pattern}]} for pattern in ("schemas/**/*.avsc", "schemas/pay/*.avsc"))
    assert said(compare(old, new)) == [("publishes[schemas/**/*.avsc].contract", '"schemas/**/*.avsc"', None)]


def test_a_pattern_that_gets_wider_is_compared_with_what_it_replaces() -> None:
    old = {"version": 1, "publishes": [{"contract": "schemas/**/*.avsc"}]}
    assert compare(old, {"version": 1, "publishes": [{"contract": "schemas/**"}]}) == ()
    found = compare(old, {"version": 1, "publishes": [{"contract": "schemas/**", "mode": "warn"}]})
    assert said(found) == [("publishes[schemas/**].mode", '"enforce"', '"warn"')]


# -- the organisation --------------------------------------------------------------------------------------------------------


def test_a_floor_that_sinks_or_goes_is_loosened_and_a_new_one_is_not() -> None:
    high, low = {"version": 1, "require": {"mode": "enforce"}}, {"version": 1, "require": {"mode": "warn"}}
    assert said(compare(high, low, name="acme/.github")) == [("require.mode", '"enforce"', '"warn"')]
    assert said(compare(high, {"version": 1}, name="acme/.github")) == [("require.mode", '"enforce"', None)]
    assert compare({"version": 1}, low, name="acme/.github") == ()


def test_more_people_who_may_override_are_said_once() -> None:
    old, new = ({"version": 1, "require": {"overrides": {"by": by}}} for by in (["@acme/gov"], ["@acme/gov", "@lena"]))
    assert said(compare(old, new, name="acme/.github")) == [("require.overrides.by", '["@acme/gov"]', '["@acme/gov","@lena"]')]
    assert compare(new, old, name="acme/.github") == ()


def test_a_start_may_be_loosened_although_the_organisations_own_repository_keeps_to_the_old_one() -> None:
    old, new = ({"version": 1, "mode": "enforce", "default": {"mode": mode}} for mode in ("enforce", "observe"))
    assert names(compare(old, new, name="acme/.github")) == ["default.mode"]


def test_a_start_that_sinks_below_the_floor_is_not_counted() -> None:
    old, new = ({"version": 1, "require": {"notice": {"days": 40}}, "default": {"notice": {"days": days}}} for days in (60, 40))
    assert said(compare(old, new, name="acme/.github")) == [("default.notice.days", "60", "40")]


# -- places ------------------------------------------------------------------------------------------------------------------


def test_a_loosening_points_at_both_lines() -> None:
    old = Document("contracts-policy.yaml", "version: 1\npublishes:\n  - contract: /a.yaml\n    mode: enforce\n")
    new = Document("contracts-policy.yaml", "version: 1\n\npublishes:\n  - contract: /a.yaml\n    mode: warn\n")
    (found,) = loosenings((old, None), (new, None), name="acme/shop")
    assert found.place is not None and (found.place.line, found.place.text) == (5, "mode: warn")
    assert found.old is not None and (found.old.line, found.old.text) == (4, "mode: enforce")


def test_a_setting_that_is_gone_points_at_what_is_left_around_it() -> None:
    old = Document("contracts-policy.yaml", "version: 1\nnotice:\n  days: 60\n  unless: never\n")
    new = Document("contracts-policy.yaml", "version: 1\nnotice:\n  unless: never\n")
    (found,) = loosenings((old, None), (new, None), name="acme/shop")
    assert found.place is not None and found.place.line == 2
    assert found.old is not None and found.old.text == "days: 60"
