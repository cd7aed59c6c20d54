"""`countersign policy check`: everything about a policy that its author can still put right."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.cli.producer import CONTRACT, ORDERS, POLICY, Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, CONTRACT, ORDERS)
    write(tmp_path, "contracts-policy.yaml", POLICY)
    return tmp_path


def write(folder: Path, path: str, text: str) -> Path:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)
    return folder / path


def test_a_policy_in_order_says_what_it_lists(run: Run, folder: Path) -> None:
    result = run("policy", "check", folder / "contracts-policy.yaml")
    assert result.exit_code == 0
    assert result.stdout == f"{folder}/contracts-policy.yaml is in order: 1 contract listed, 0 registrations to read others'.\n"


def test_an_unknown_key_is_an_error_with_its_line_and_the_nearest_name(run: Run, folder: Path) -> None:
    file = write(folder, "contracts-policy.yaml", POLICY + "notise: {days: 3}\nmode: of\n")
    result = run("policy", "check", file)
    assert result.exit_code == 1
    assert f"{file}:5: error: `notise` is not a key here; did you mean `notice`?" in result.stdout
    assert f"{file}:6: error: `mode`: `of` is not one of `observe`, `warn` and `enforce`" in result.stdout


def test_a_contract_without_any_owners_is_refused(run: Run, folder: Path) -> None:
    file = write(folder, "contracts-policy.yaml", POLICY.replace('owners: ["@acme/payments"]\n', ""))
    result = run("policy", "check", file)
    assert result.exit_code == 1
    assert f"{file}:3: error: {CONTRACT} has no owners: nobody could sign" in result.stdout
    organisation = write(folder, "organisation/contracts-policy.yaml", 'version: 1\nowners: ["@acme/data"]\n')
    assert run("policy", "check", file, "--organisation-policy", organisation).exit_code == 0
    write(folder, ".github/CODEOWNERS", "/contracts/ @acme/payments\n")
    assert run("policy", "check", file).exit_code == 0


def test_two_contracts_of_one_id_are_refused(run: Run, folder: Path) -> None:
    write(folder, "contracts/orders.v2.odcs.yaml", ORDERS)
    result = run("policy", "check", folder / "contracts-policy.yaml")
    assert result.exit_code == 1
    assert f"contracts/orders.v2.odcs.yaml and {CONTRACT} are both called `orders`" in result.stdout
    assert "`id_from: path`" in result.stdout


def test_a_second_policy_is_refused(run: Run, folder: Path) -> None:
    second = write(folder, ".github/contracts-policy.yaml", "version: 1\n")
    for file in (second, folder / "contracts-policy.yaml"):
        result = run("policy", "check", file)
        assert result.exit_code == 1
        assert f"{second}:1: error: there is a second policy beside `contracts-policy.yaml`" in result.stdout


def test_a_contract_that_cannot_be_read_is_shown_at_its_own_line(run: Run, folder: Path) -> None:
    write(folder, CONTRACT, ORDERS.replace("logicalType: string", "logicalType: strin", 1))
    result = run("policy", "check", folder / "contracts-policy.yaml")
    assert result.exit_code == 1
    assert f"{folder / CONTRACT}:9: error: " in result.stdout


def test_files_that_a_schema_refers_to_are_read_with_it(run: Run, folder: Path) -> None:
    write(folder, "contracts-policy.yaml", POLICY.replace("*.odcs.yaml", "*.schema.json"))
    write(folder, "contracts/refund.schema.json", '{"properties": {"to": {"$ref": "../common/address.json#/$defs/a"}}}')
    write(folder, "common/address.json", '{"$defs": {"a": {"$ref": "street.json"}}}')
    missing = run("policy", "check", folder / "contracts-policy.yaml")
    assert missing.exit_code == 1
    assert f"{folder}/common/address.json:1: error: `common/street.json` is not in the repository" in missing.stdout
    write(folder, "common/street.json", '{"type": "string"}')
    assert run("policy", "check", folder / "contracts-policy.yaml").exit_code == 0


def test_a_link_out_of_the_folder_is_not_followed(run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = write(tmp_path_factory.mktemp("elsewhere"), "secret.odcs.yaml", "password: hunter2\n")
    (folder / "contracts/linked.odcs.yaml").symlink_to(secret)
    result = run("policy", "check", folder / "contracts-policy.yaml")
    assert result.exit_code == 0 and "1 contract listed" in result.stdout


def test_backward_is_warned_about_because_it_lets_fields_be_removed(run: Run, folder: Path) -> None:
    file = write(folder, "contracts-policy.yaml", POLICY + "    protects: BACKWARD\n")
    result = run("policy", "check", file)
    assert result.exit_code == 0
    assert f"{file}:5: warning: `BACKWARD` lets fields be removed" in result.stdout


def test_a_pattern_that_lists_nothing_is_warned_about(run: Run, folder: Path) -> None:
    file = write(folder, "contracts-policy.yaml", POLICY + "  - contract: schemas/*.avsc\n  - contract: contracts/orders.*\n")
    result = run("policy", "check", file)
    assert result.exit_code == 0
    assert f"{file}:5: warning: `schemas/*.avsc` lists no file that is here" in result.stdout
    assert "for itself: entries that are more specific take them all" in result.stdout


def test_a_notice_of_no_field_is_warned_about_with_the_nearest_name(run: Run, folder: Path) -> None:
    file = write(folder, "contracts-policy.yaml", POLICY + '    notices:\n      - {field: orders.regoin, remove_after: "2027-01-31"}\n')
    result = run("policy", "check", file)
    assert result.exit_code == 0
    assert f"{file}:6: warning: `orders.regoin` is in no contract of `contracts/*.odcs.yaml`" in result.stdout
    assert "Did you mean `orders.region`?" in result.stdout


def test_an_engine_that_reads_no_such_contract_is_warned_about(run: Run, folder: Path) -> None:
    entry = '  - {{contract: acme/orders-service#orders, team: "@acme/{}", reads_with: {}}}\n'
    file = write(folder, "contracts-policy.yaml", POLICY + "reads:\n" + entry.format("bi", "flink") + entry.format("growth", "sql"))
    result = run("policy", "check", file, "--name", "acme/orders-service")
    assert result.exit_code == 0
    assert f"{file}:6: warning: `flink` reads no contract in odcs otherwise" in result.stdout
    assert "`sql`, or take `reads_with:` out" in result.stdout
    assert f"{file}:7: warning" not in result.stdout


def test_what_only_an_organisation_may_set_depends_on_whose_file_it_is(run: Run, folder: Path) -> None:
    file = write(folder, "organisation.yaml", "version: 1\nrequire: {mode: warn}\n")
    refused = run("policy", "check", file, "--name", "acme/orders-service")
    assert refused.exit_code == 1
    assert f"{file}:2: error: `require` is the organisation's to set" in refused.stdout and "acme/.github" in refused.stdout
    assert run("policy", "check", file, "--as-organisation").exit_code == 0
    assert run("policy", "check", file, "--name", "acme/.github").exit_code == 0


def test_the_organisations_floor_is_held_against_the_repository(run: Run, folder: Path) -> None:
    organisation = write(folder, "organisation.yaml", "version: 1\nrequire: {notice: {days: 30}}\n")
    file = write(folder, "contracts-policy.yaml", POLICY + "notice: {days: 3}\n")
    result = run("policy", "check", file, "--organisation-policy", organisation)
    assert result.exit_code == 1 and f"{file}:5: error: " in result.stdout


def test_a_file_that_is_no_yaml_or_no_text_is_an_error_with_its_line(run: Run, folder: Path) -> None:
    file = write(folder, "contracts-policy.yaml", "version: 1\nowners: [@acme/payments]\n")
    result = run("policy", "check", file)
    assert result.exit_code == 1
    assert f"{file}:2: error: " in result.stdout and 'Quote what begins with `@`: `"@acme/payments"`' in result.stdout
    file.write_bytes(b"\xff\xfe")
    assert run("policy", "check", file).exit_code == 1


def test_a_missing_file_is_bad_usage(run: Run, tmp_path: Path) -> None:
    result = run("policy", "check", tmp_path / "nowhere.yaml")
    assert result.exit_code == 2 and "does not exist" in result.stderr
