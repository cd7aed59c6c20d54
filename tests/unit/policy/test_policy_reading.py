"""Files -> the policy in force, or everything that is wrong with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from countersign.model.change import Direction
from countersign.model.consumer import Asset, Reference
from countersign.model.finding import Level
from countersign.model.policy import Mode, NoticeRules, OverrideRules, Policy
from countersign.model.runtime import GuardMode, HaltOver, RollBack, Runtime
from countersign.policy import Document, Reading, Trouble, read, read_organisation

RULES = ("enum-value-added", "field-added")

ORGANISATION = """\
version: 1
owners: ["@acme/governance"]
require:
  mode: warn
  notice: {days: 14}
  rules: {field-added: notice}
  overrides: {by: ["@acme/governance"], max_days: 20}
default:
  mode: enforce
  notice: {days: 30, unless: all-signed, unclaimed_days: 7}
  review:
    working_days: {low: 1, medium: 2, high: 4}
    on_silence: {low: consent, medium: consent, high: escalate}
    objection_max_days: 45
  break_glass: {by: owners, signatures: 3, max_hours: 24}
  runtime:
    mode: quarantine
    halt_over: {bad: 0.05, missing: 0.1, consecutive: 50}
    acknowledge_minutes: 15
    fix_minutes: 90
    rollback: manual
escalation:
  - {when: {violations: 5, within_days: 30}, tell: [board, shop-oncall]}
  - {when: {debt_open_days: 7}, tell: [board]}
channels:
  board: {email: board@acme.example, issue: acme/governance}
  shop-oncall: {pagerduty: PAGERDUTY_SHOP}
"""

PRODUCER = """\
version: 1
domain: shop
owners: ["@acme/shop"]
on_call: shop-oncall
publishes:
  - contract: contracts/baskets.odcs.yaml
    code: ["src/baskets/**"]
    payload: src/baskets/events.py#BasketClosed
    meaning: {baskets.total: "src/baskets/total.py#total"}
    runtime: {mode: halt, deployed_by: {environment: live, both_versions_minutes: 30}}
  - contract: "events/**/*.avsc"
    protects: both
    owners: ["@acme/events", "@lena"]
    notices:
      - {field: Basket.note, remove_after: 2027-03-31, replacement: Basket.remarks, reason: too long}
      - {field: "Basket.state=lost", remove_after: "2027-03-31", replacement: none}
  - {contract: old/dump.sql, mode: warn, id: dump}
"""

CONSUMER = """\
version: 1
reads:
  - contract: acme/shop#baskets
    team: "@acme/finance"
    criticality: high
    fields:
      basket_id: {}
      lines[].price: {type: string, unit: EUR, nullable: false}
      state: {values: [open, closed], new_values: ignore}
    assets: [{kind: dashboard, name: Turnover, url: "https://bi.acme.example/turnover"}]
    until: 2027-03-31
  - {contract: acme/shop#baskets/lines, team: "@lena", on_behalf_of: The board, fields: [sku]}
products:
  - {name: Turnover, manager: "@lena", odps: products/turnover.odps.yaml}
contested:
  - {contract: acme/finance#sums, team: "@acme/growth", reason: reads a copy}
"""


def reading(text: str | None, organisation: str | None = None, name: str = "acme/shop", **more: str) -> Reading:
    own = None if text is None else Document("contracts-policy.yaml", text)
    return read(own, Document(".github/contracts-policy.yaml", organisation) if organisation else None, name=name, rule_ids=RULES, **more)


def policy(text: str | None, organisation: str | None = None, name: str = "acme/shop") -> Policy:
    found = reading(text, organisation, name)
    assert found.policy is not None, found.errors
    return found.policy


def trouble(text: str, organisation: str | None = None) -> Trouble:
    found = reading(text, organisation)
    assert found.policy is None
    (one,) = found.errors
    return one


def told(one: Trouble) -> str:
    return f"{one.line}: {one.message}. {one.remedy}."


# -- whole files -------------------------------------------------------------------------------------------------------------


def test_a_producers_policy_is_read_under_its_organisation() -> None:
    found = policy(PRODUCER, ORGANISATION)
    assert (found.domain, found.owners, found.organisation_owners) == ("shop", ("@acme/shop",), ("@acme/governance",))
    assert found.settings.mode is Mode.ENFORCE
    assert found.overrides == OverrideRules(by=("@acme/governance",), max_days=20)
    baskets, events, dump = found.publishes
    assert (baskets.pattern, baskets.place.line, baskets.owners) == ("contracts/baskets.odcs.yaml", 6, ("@acme/shop",))
    assert (baskets.code, baskets.payload) == (("src/baskets/**",), "src/baskets/events.py#BasketClosed")
    assert baskets.meaning == {"baskets.total": "src/baskets/total.py#total"}
    assert (events.settings.protects, events.owners) == (Direction.BOTH, ("@acme/events", "@lena"))
    assert (dump.settings.mode, dump.id) == (Mode.WARN, "dump")


def test_notices_keep_their_path_their_day_and_their_line() -> None:
    note, state = policy(PRODUCER, ORGANISATION).publishes[1].notices
    assert (note.path, note.remove_after, note.replacement, note.reason) == (("Basket", "note"), "2027-03-31", "Basket.remarks", "too long")
    assert note.place.line == 15
    assert (state.path, state.replacement) == (("Basket", "state", "=lost"), "")


def test_a_consumers_registrations_are_read() -> None:
    finance, lena = policy(CONSUMER, ORGANISATION, name="acme/finance").reads
    assert finance.reference == Reference("acme/shop", "baskets")
    assert (finance.team, finance.criticality, finance.until) == ("@acme/finance", "high", "2027-03-31")
    assert finance.fields == (("basket_id",), ("lines", "[]", "price"), ("state",))
    assert finance.assets == (Asset(kind="dashboard", name="Turnover", url="https://bi.acme.example/turnover"),)
    assert (finance.repository, finance.place.line) == ("acme/finance", 3)
    assert (lena.reference.dataset, lena.fields, lena.on_behalf_of, lena.until) == ("lines", (("sku",),), "The board", "")


def test_the_organisations_own_repository_reads_its_file_as_both() -> None:
    text = ORGANISATION + "publishes: [{contract: teams.schema.json}]\n"
    assert [entry.pattern for entry in policy(None, text, name="acme/.github").publishes] == ["teams.schema.json"]
    assert policy(text, text, name="acme/.github").organisation_owners == ("@acme/governance",)


def test_without_any_file_the_products_defaults_hold() -> None:
    assert policy(None) == Policy(file="contracts-policy.yaml")


def test_what_has_no_effect_in_this_version_is_said_in_one_warning() -> None:
    (warning,) = reading(PRODUCER, ORGANISATION).warnings
    assert warning.line == 8
    for key in ("publishes.payload", "publishes.meaning"):
        assert f"`{key}`" in warning.message
    assert reading(CONSUMER, name="acme/finance").warnings == ()


# -- layers and the floor ----------------------------------------------------------------------------------------------------


def test_each_layer_covers_the_one_before() -> None:
    organisation = "version: 1\ndefault: {notice: {days: 40, unclaimed_days: 10}, protects: history}"
    entry = "{contract: /a.yaml, notice: {unless: never}, rules: {field-added: breaking}}"
    text = f"version: 1\nnotice: {{days: 50}}\npublishes: [{entry}]\n"
    found = policy(text, organisation)
    assert found.settings.notice == NoticeRules(days=50, unless="all-signed", unclaimed_days=10)
    assert found.publishes[0].settings.notice == NoticeRules(days=50, unless="never", unclaimed_days=10)
    assert found.publishes[0].settings.protects is Direction.HISTORY
    assert (found.settings.levels, found.publishes[0].settings.levels) == ({}, {"field-added": Level.BREAKING})


def test_a_contract_is_guarded_as_its_entry_says_and_the_organisation_where_it_says_nothing() -> None:
    baskets, events, _ = policy(PRODUCER, ORGANISATION).publishes
    limits = HaltOver(bad=0.05, missing=0.1, consecutive=50)
    organisation = Runtime(mode=GuardMode.QUARANTINE, halt_over=limits, acknowledge_minutes=15, fix_minutes=90, roll_back=RollBack.MANUAL)
    assert events.settings.runtime == organisation
    assert baskets.settings.runtime == replace(organisation, mode=GuardMode.HALT, environment="live", both_versions_minutes=30)
    assert policy(PRODUCER).publishes[1].settings.runtime == Runtime()


@pytest.mark.parametrize(
    ("word", "direction", "transitive"),
    [
        ("FORWARD", Direction.READERS, False),
        ("BACKWARD_TRANSITIVE", Direction.HISTORY, True),
        ("FULL", Direction.BOTH, False),
        ("FULL_TRANSITIVE", Direction.BOTH, True),
        ("history", Direction.HISTORY, False),
    ],
)
def test_schema_registrys_words_are_taken(word: str, direction: Direction, transitive: bool) -> None:
    settings = policy(f"version: 1\nprotects: {word}").settings
    assert (settings.protects, settings.transitive) == (direction, transitive)


def test_backward_is_warned_about_where_it_is_written() -> None:
    found = reading("version: 1\npublishes:\n  - contract: /a.yaml\n    protects: BACKWARD\n")
    assert [warning.line for warning in found.warnings] == [4]
    assert "lets fields be removed" in found.warnings[0].message
    assert reading("version: 1\nprotects: FULL").warnings == ()


def test_looser_than_the_floor_is_an_error_that_says_who_can_change_it() -> None:
    one = trouble("version: 1\npublishes:\n  - contract: /a.yaml\n    mode: observe\n", ORGANISATION)
    assert told(one) == (
        "4: `mode: observe` is looser than what the organisation requires, `warn`. "
        "Write `warn` or stricter, or ask @acme/governance to change `require:` in acme/.github."
    )


@pytest.mark.parametrize("line", ["mode: observe", "notice: {days: 13}", "rules: {field-added: safe}"])
def test_the_floor_holds_at_the_top_level_too(line: str) -> None:
    assert trouble(f"version: 1\n{line}", ORGANISATION).line == 2


def test_as_strict_as_the_floor_or_stricter_is_welcome() -> None:
    assert policy("version: 1\nmode: warn\nnotice: {days: 14}\nrules: {field-added: invalid}", ORGANISATION).settings.mode is Mode.WARN


def test_defaults_below_the_floor_are_lifted_to_it() -> None:
    found = policy("version: 1", "version: 1\nrequire: {notice: {days: 90}, protects: both}")
    assert found.settings.notice.days == 90
    assert found.settings.protects is Direction.BOTH


def test_a_policy_that_stood_when_the_floor_rose_is_lifted_with_a_warning() -> None:
    found = reading("version: 1\nmode: observe\npublishes: [{contract: /a.yaml}]", ORGANISATION, below_floor="lift")
    assert found.policy is not None
    assert found.policy.settings.mode is found.policy.publishes[0].settings.mode is Mode.WARN
    assert [warning.line for warning in found.warnings] == [2]


def test_the_organisations_start_must_stand_on_its_floor() -> None:
    text = "version: 1\nrequire: {mode: enforce}\ndefault:\n  mode: warn\n"
    assert [one.line for one in read_organisation(Document("contracts-policy.yaml", text), rule_ids=RULES)] == [4]
    (one,) = reading("version: 1", text).errors
    assert one.message.startswith("in the organisation's policy, `mode: warn` is looser")


def test_a_sound_organisation_has_no_trouble() -> None:
    assert read_organisation(Document("contracts-policy.yaml", ORGANISATION), rule_ids=RULES) == ()


# -- errors ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1\nprotect: both", "2: `protect` is not a key here; did you mean `protects`?. Write `protects`, or take the line out."),
        (
            "version: 1\nmode: enfore",
            "2: `mode`: `enfore` is not one of `observe`, `warn` and `enforce`; did you mean `enforce`?. Write `enforce`.",
        ),
        (
            "version: 1\noverrides: {max_days: 3}",
            "2: `overrides` is not a key here. Move it: it belongs under `require` or under `default` or under `when`.",
        ),
        (
            "version: 1\nrequire: {mode: warn}",
            "2: `require` is the organisation's to set. Take it out here; it belongs in contracts-policy.yaml of acme/.github.",
        ),
        ("version: 1\nnotice:\n  days: thirty", "3: `days` must be a whole number, not `thirty`. Write for example `30`."),
        ("version: 1\nnotice: {days: true}", "2: `days` must be a whole number, not `True`. Write for example `30`."),
        ("version: 1\nnotice: {days: -1}", "2: `days`: `-1` is not between 0 and 3650. Write a number in that range."),
        (
            "version: 1\nowners: [acme/shop]",
            "2: an entry of `owners`: `acme/shop` is not a team or a person. Write for example `@acme/payments` or `@login`.",
        ),
        ("mode: warn", "1: `version` is missing at the top of the file. Write `1` for `version`."),
        ("version: 2", "1: `version`: `2` is not `1`. Write `1`."),
        (
            "version: 1\nrules:\n  enum-valu-added: breaking",
            "3: `enum-valu-added` is not a rule; did you mean `enum-value-added`?. `countersign rules` lists the rules.",
        ),
        (
            "version: 1\npublishes:\n  - contract: /a.yaml\n  - contract: a.yaml\n  - contract: /a.yaml\n",
            "5: `/a.yaml` is on line 3 already. Put the two entries together.",
        ),
        (
            "version: 1\npublishes:\n  - {contract: /a.yaml, id: a}\n  - {contract: /b.yaml, id: a}\n",
            "4: the id `a` is on line 3 already. Give each contract its own id.",
        ),
        (
            'version: 1\npublishes:\n  - {contract: "*.avsc", id: a}\n',
            "3: `*.avsc` may match several files, which cannot share the id `a`. "
            "Name one file from the root (`/orders.avsc`), a folder of migrations (`/db/migrations/`), or take `id` out.",
        ),
        (
            "version: 1\npublishes:\n  - contract: /a.yaml\n    notices: [{field: a, remove_after: 2027-01-01, replacement: null}]\n",
            "4: `replacement` has no value (YAML reads `null`, `~` and nothing at all in this way). "
            "Write for example `Refund.reason_code` or `none`.",
        ),
        (
            "version: 1\npublishes:\n  - contract: /a.yaml\n    notices: [{field: a, remove_after: 2027-02-30}]\n",
            "4: `remove_after`: `2027-02-30` cannot be read: there is no such day in the calendar. Write for example `2027-06-30`.",
        ),
        (
            "version: 1\nreads:\n  - contract: acme/shop\n    team: '@a'\n",
            "3: `contract`: `acme/shop` cannot be read: it is not written as `org/repo#id` or `org/repo#id/dataset`. "
            "Write for example `acme/orders-service#orders` or `acme/orders-service#orders/lines`.",
        ),
        (
            "version: 1\nreads:\n  - contract: acme/shop#a\n",
            "3: `team` is missing from an entry of `reads`. Write `team`, for example `@acme/finance-analytics`.",
        ),
        (
            "version: 1\nreads:\n  - &a {contract: acme/shop#a, team: '@a'}\n  - *a\n",
            "4: the registration of @a on acme/shop#a is on line 3 already. Put the fields of both in one entry.",
        ),
        ("", "1: the file is empty. Begin it with `version: 1`."),
        ("- a", "1: the file is not a mapping of keys to values. Begin it with `version: 1`."),
    ],
)
def test_an_error_says_what_is_wrong_where_and_what_to_do(text: str, expected: str) -> None:
    assert told(trouble(text)) == expected


def test_all_errors_are_found_at_once_in_the_order_of_the_file() -> None:
    text = "version: 1\nmod: warn\nowners: []\npublishes:\n  - {mode: warn}\n  - nothing\n  - {contract: /a.yaml, mode: observe}\n"
    assert [one.line for one in reading(text, ORGANISATION).errors] == [2, 3, 5, 6, 7]


@pytest.mark.parametrize(
    "text", ["version: 1\nmode: on", "version: 1\nno: 1", "version: 1\nmode: warn\nmode: warn", "a: [", "\t", "x: !!python/name:os.system"]
)
def test_what_yaml_readers_may_read_differently_is_an_error_of_the_policy(text: str) -> None:
    assert reading(text).policy is None


def test_a_name_without_quotes_is_told_to_be_quoted() -> None:
    assert trouble("version: 1\nowners: [@acme/shop]").remedy == 'Quote what begins with `@`: `"@acme/payments"`'
    assert trouble("version: 1\nowners: @acme/shop").line == 2


def test_a_secret_written_by_mistake_is_not_repeated() -> None:
    key = "R03ABCDEFGHIJKLMNOPQRSTUVWXYZ012"
    found = reading(None, f"version: 1\nchannels: {{oncall: {{pagerduty: {key}}}}}", name="acme/.github")
    assert [one.line for one in found.errors] == [2]
    assert key not in str(found)


def test_a_channel_that_is_not_there_is_an_error_in_the_organisation_and_a_warning_elsewhere() -> None:
    found = reading(None, ORGANISATION.replace("[board]", "[bord]"), name="acme/.github")
    assert [one.message for one in found.errors] == ["there is no channel `bord`"]
    warnings = reading("version: 1\non_call: nobody", ORGANISATION).warnings
    assert warnings[0].message == "the organisation has no channel `nobody`"


def test_a_window_in_which_nothing_is_counted_is_an_error() -> None:
    found = reading(None, ORGANISATION.replace("violations: 5, within_days", "debt_open_days: 5, within_days"), name="acme/.github")
    assert [one.message for one in found.errors] == ["`within_days` says when, and nothing says what is counted"]


def test_several_numbers_of_one_occasion_are_a_rule_each() -> None:
    text = ORGANISATION.replace("{debt_open_days: 7}", "{debt_open_days: 7, incident_open_days: 9}")
    policy = reading(None, text, name="acme/.github").policy
    assert policy is not None
    assert [rule.name for rule in policy.escalation] == ["violations-5-in-30-days", "debt_open_days-7", "incident_open_days-9"]
    assert {rule.tell for rule in policy.escalation} == {("board", "shop-oncall"), ("board",)}


def test_a_channel_whose_lead_is_nobody_is_an_error() -> None:
    found = reading(None, "version: 1\nchannels:\n  oncall: {pagerduty: PAGER_SHOP, lead: chief}\n", name="acme/.github")
    assert [(one.line, one.message) for one in found.errors] == [(3, "there is no channel `chief`")]


def test_a_repositorys_channel_stands_before_the_organisations() -> None:
    above = (
        "version: 1\non_call: everybody\nchannels:\n  everybody: {email: all@acme.example}\n  shop: {chat: CHAT_SHOP, webhook: HOOK_SHOP}\n"
    )
    own, inherited = reading("version: 1\non_call: shop", above).policy, reading("version: 1", above).policy
    assert own is not None and own.on_call == "shop"
    assert own.channels["shop"].secrets == ("CHAT_SHOP", "HOOK_SHOP", "HOOK_SHOP_KEY")
    assert inherited is not None and inherited.on_call == "everybody"


def test_a_file_full_of_errors_is_reported_in_part() -> None:
    text = "version: 1\n" + "".join(f"key{number}: 1\n" for number in range(5_000))
    assert len(reading(text).errors) == 100


def test_hostile_text_is_shown_short_and_on_one_line() -> None:
    one = trouble('version: 1\nmode: "' + "x\\n" * 500 + '"')
    assert "\n" not in one.message
    assert len(one.message) < 200


def test_a_rules_mode_may_not_fall_below_the_mode_that_the_organisation_requires() -> None:
    above = Document("contracts-policy.yaml", "version: 1\nrequire: {mode: warn}\n")
    own = Document("contracts-policy.yaml", "version: 1\nmodes:\n  field-added: observe\n")
    told = read(own, above, name="acme/shop", rule_ids=RULES).errors
    assert [(one.line, one.message) for one in told] == [
        (3, "`modes.field-added: observe` is looser than what the organisation requires, `warn`")
    ]
    lifted = read(own, above, name="acme/shop", rule_ids=RULES, below_floor="lift").policy
    assert lifted is not None and lifted.settings.modes == {"field-added": Mode.WARN}
