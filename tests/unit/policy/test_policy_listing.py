"""Contracts among files, their ids and owners, gated branches."""

from __future__ import annotations

import pytest

from countersign.model.policy import Policy
from countersign.policy import POLICY_FILES, Document, codeowners, gated, listed, owners_of, read, second_policy

ORGANISATION = 'version: 1\nowners: ["@acme/data-governance"]\n'


def policy_of(text: str) -> Policy:
    reading = read(Document("contracts-policy.yaml", text), Document("organisation.yaml", ORGANISATION), name="acme/shop", rule_ids=())
    assert reading.policy is not None, reading.errors
    return reading.policy


def ids(policy: Policy, *files: str) -> dict[str, str]:
    return {file: contract for file, (_, contract) in listed(policy, files).items()}


def test_a_contract_is_called_as_its_file_up_to_the_first_dot() -> None:
    policy = policy_of('version: 1\npublishes: [{contract: "contracts/**"}]')
    assert ids(policy, "contracts/orders.odcs.yaml", "README.md") == {"contracts/orders.odcs.yaml": "orders"}


def test_a_written_id_wins() -> None:
    policy = policy_of("version: 1\npublishes: [{contract: /orders.yaml, id: sales}]")
    assert ids(policy, "orders.yaml", "a/orders.yaml") == {"orders.yaml": "sales"}


def test_an_id_from_the_path_can_be_told_from_a_dataset() -> None:
    policy = policy_of('version: 1\npublishes: [{contract: "schemas/**", id_from: path}]')
    assert ids(policy, "schemas/pay/refund.v1.avsc") == {"schemas/pay/refund.v1.avsc": "schemas.pay.refund"}


def test_the_more_specific_entry_lists_the_file() -> None:
    policy = policy_of('version: 1\npublishes: [{contract: "schemas/pay/*.avsc", mode: warn}, {contract: "**/*.avsc"}]')
    found = listed(policy, ["schemas/pay/refund.avsc", "other.avsc"])
    assert [entry.settings.mode for entry, _ in found.values()] == ["warn", "enforce"]


@pytest.mark.parametrize(
    ("entry", "top", "lines", "expected"),
    [
        ('owners: ["@acme/entry"]', 'owners: ["@acme/top"]', "* @acme/lines", ("@acme/entry",)),
        ("mode: warn", 'owners: ["@acme/top"]', "* @acme/lines", ("@acme/top",)),
        ("mode: warn", "mode: enforce", "* @acme/lines", ("@acme/lines",)),
        ("mode: warn", "mode: enforce", "", ("@acme/data-governance",)),
    ],
)
def test_owners_are_found_from_the_nearest_outwards(entry: str, top: str, lines: str, expected: tuple[str, ...]) -> None:
    policy = policy_of(f"version: 1\n{top}\npublishes: [{{contract: a.yaml, {entry}}}]")
    assert owners_of(policy, policy.publishes[0], codeowners(lines), "a.yaml") == expected


def test_the_default_branch_and_those_of_the_policy_are_gated() -> None:
    policy = policy_of('version: 1\nbranches: ["/release/**"]')
    assert gated(policy, "trunk", "trunk")
    assert gated(policy, "release/2027/1", "trunk")
    assert not gated(policy, "feature/release/x", "trunk")


def test_two_policies_in_one_repository_are_an_error_at_the_second() -> None:
    trouble = second_policy(POLICY_FILES)
    assert trouble is not None
    assert (trouble.file, trouble.line) == (".github/contracts-policy.yaml", 1)
    assert "contracts-policy.yaml" in trouble.message
    assert second_policy([POLICY_FILES[1]]) is None
