"""Several policies in one repository: each directory's own, read as part of the root's."""

from __future__ import annotations

from countersign import policy as policies
from countersign.model.policy import Mode, Policy
from countersign.policy import Document, Reading, loosenings, parts_among, read

ROOT = """\
version: 1
owners: ["@acme/platform"]
policies: ["services/*/contracts-policy.yaml"]
notice: {days: 60, unclaimed_days: 3}
publishes:
  - contract: shared/customers.avsc
"""
ORDERS = """\
version: 1
owners: ["@acme/payments"]
mode: warn
notice: {days: 10}
publishes:
  - contract: contracts/orders.odcs.yaml
    notice: {unclaimed_days: 1}
  - contract: "*.avsc"
    mode: enforce
    code: ["src/**"]
    payload: src/events.py#Refund
reads:
  - {contract: "acme/crm#people", team: "@acme/payments", fields: {email: {}}}
"""
CRM = """\
version: 1
publishes:
  - contract: /people.avsc
"""


def whole(root: str = ROOT, **parts: str) -> Document:
    made = tuple(Document(f"services/{name}/contracts-policy.yaml", text) for name, text in parts.items())
    return Document("contracts-policy.yaml", root, made)


def reading(document: Document) -> Reading:
    return read(document, None, name="acme/mono", rule_ids=("field-added",))


def policy(document: Document) -> Policy:
    found = reading(document)
    assert found.policy is not None, found.errors
    return found.policy


def test_a_parts_contracts_are_meant_from_its_directory_on() -> None:
    files = (
        "shared/customers.avsc",
        "services/orders/contracts/orders.odcs.yaml",
        "services/orders/a/refund.avsc",
        "services/crm/people.avsc",
    )
    outside = ("contracts/orders.odcs.yaml", "services/other/x.avsc", "people.avsc", "services/crm/deeper/people.avsc")
    listed = policies.listed(policy(whole(orders=ORDERS, crm=CRM)), files + outside)
    assert {file: contract for file, (_, contract) in listed.items()} == {
        "shared/customers.avsc": "customers",
        "services/orders/contracts/orders.odcs.yaml": "orders",
        "services/orders/a/refund.avsc": "refund",
        "services/crm/people.avsc": "people",
    }


def test_what_a_part_sets_holds_for_its_own_contracts_over_the_roots() -> None:
    made = policy(whole(orders=ORDERS, crm=CRM))
    shared, orders, refund, people = made.publishes
    assert [entry.owners for entry in made.publishes] == [
        ("@acme/platform",),
        ("@acme/payments",),
        ("@acme/payments",),
        ("@acme/platform",),
    ]
    assert [entry.settings.mode for entry in made.publishes] == [Mode.ENFORCE, Mode.WARN, Mode.ENFORCE, Mode.ENFORCE]
    assert (orders.settings.notice.days, orders.settings.notice.unclaimed_days) == (10, 1)
    assert (refund.settings.notice.days, refund.settings.notice.unclaimed_days) == (10, 3)
    assert (people.settings.notice.days, shared.settings.notice.days) == (60, 60)
    assert (refund.code, refund.payload) == (("/services/orders/src/**",), "services/orders/src/events.py#Refund")
    assert made.settings.notice.days == 60


def test_places_are_in_the_file_that_says_it() -> None:
    made = policy(whole(orders=ORDERS))
    assert [(entry.place.file, entry.place.line) for entry in made.publishes] == [
        ("contracts-policy.yaml", 6),
        ("services/orders/contracts-policy.yaml", 6),
        ("services/orders/contracts-policy.yaml", 8),
    ]
    assert [(entry.place.file, entry.place.line) for entry in made.reads] == [("services/orders/contracts-policy.yaml", 13)]


def test_a_part_that_is_wrong_is_told_with_its_own_file_and_line() -> None:
    told = reading(whole(orders=ORDERS.replace("mode: warn", "mode: wrn"), crm="version: 1\nbranches: [x]\nbogus: 1\n")).errors
    assert [(one.file, one.line, one.message) for one in told] == [
        ("services/crm/contracts-policy.yaml", 2, "`branches` is for the whole repository"),
        ("services/crm/contracts-policy.yaml", 3, "`bogus` is not a key here"),
        ("services/orders/contracts-policy.yaml", 3, "`mode`: `wrn` is not one of `observe`, `warn` and `enforce`; did you mean `warn`?"),
    ]


def test_a_part_that_cannot_be_read_leaves_no_policy_at_all() -> None:
    found = reading(whole(orders="version: [1\n", crm=CRM))
    assert found.policy is None
    assert [one.file for one in found.errors] == ["services/orders/contracts-policy.yaml"]


def test_a_registration_that_two_parts_hold_is_told_with_both_places() -> None:
    told = reading(whole(orders=ORDERS, crm=ORDERS.replace("contracts/orders.odcs.yaml", "x.odcs.yaml"))).errors
    assert [(one.file, one.message) for one in told] == [
        (
            "services/crm/contracts-policy.yaml",
            "the registration of @acme/payments on acme/crm#people is in services/orders/contracts-policy.yaml, line 13, already",
        )
    ]


def test_a_part_below_the_organisations_floor_is_refused_at_its_own_line() -> None:
    organisation = Document("contracts-policy.yaml", "version: 1\nrequire: {mode: enforce}\n")
    told = read(whole(orders=ORDERS), organisation, name="acme/mono", rule_ids=()).errors
    assert [(one.file, one.line) for one in told] == [("services/orders/contracts-policy.yaml", 3)]


def test_the_organisations_own_policy_has_no_parts() -> None:
    told = read(None, Document("contracts-policy.yaml", ROOT), name="acme/.github", rule_ids=()).errors
    assert [one.message.removeprefix("in the organisation's policy, ") for one in told] == ["the organisation's policy is one file"]


def test_what_a_part_loosens_is_a_loosening_of_its_contracts() -> None:
    before, after = whole(orders=ORDERS), whole(orders=ORDERS.replace("mode: warn", "mode: observe"))
    found = loosenings((before, None), (after, None), name="acme/mono")
    assert [(one.knob, one.before, one.after) for one in found] == [
        ("publishes[/services/orders/contracts/orders.odcs.yaml].mode", '"warn"', '"observe"')
    ]
    assert found[0].place is not None and (found[0].place.file, found[0].place.line) == ("services/orders/contracts-policy.yaml", 3)


def test_naming_fewer_parts_is_a_loosening() -> None:
    found = loosenings((whole(), None), (whole(ROOT.replace('["services/*/contracts-policy.yaml"]', "[]")), None), name="acme/mono")
    assert [one.knob for one in found] == ["policies"]


def test_only_files_that_are_called_a_policy_are_parts_and_no_root_is() -> None:
    files = ["contracts-policy.yaml", ".github/contracts-policy.yaml", "services/a/contracts-policy.yaml", "services/a/other.yaml"]
    roots = ("contracts-policy.yaml", ".github/contracts-policy.yaml")
    assert parts_among(["*"], files, roots) == ("services/a/contracts-policy.yaml",)
    assert parts_among(["/services/b/*"], files, roots) == ()


def test_a_directory_with_wildcards_in_its_name_reaches_only_itself() -> None:
    odd = Document("contracts-policy.yaml", ROOT, (Document("services/*/contracts-policy.yaml", CRM),))
    listed = policies.listed(policy(odd), ["services/*/people.avsc", "services/crm/people.avsc"])
    assert list(listed) == ["services/*/people.avsc"]
