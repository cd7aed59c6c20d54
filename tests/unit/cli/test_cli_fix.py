"""`countersign fix`, as somebody meets it whose change breaks readers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.gitrepo import ENVIRONMENT
from tests.unit.cli.producer import BROKEN, CONTRACT, ORDERS, POLICY, Orders, Run

NOW = ("--now", "2026-03-02")

PATCHED = """\
`orders.amount` stays as it was, and the new one stands beside it as `amount_v2`. Its end is announced for Wed 1 Apr 2026.
`orders.region` is put back. Its end is announced for Wed 1 Apr 2026.

--- a/contracts/orders.odcs.yaml
+++ b/contracts/orders.odcs.yaml
@@ -8,5 +8,12 @@
     properties:
       - {name: order_id, logicalType: string, required: true}
       - name: amount
+        logicalType: string
+        required: true
+      - name: amount_v2
         logicalType: integer
         required: true
+      - {name: region, logicalType: string}
+slaProperties:
+  - {property: endOfLife, element: orders.amount, value: "2026-04-01", REPLACED}
+  - {property: endOfLife, element: orders.region, value: "2026-04-01"}
""".replace("REPLACED", "customProperties: [{property: replacement, value: orders.amount_v2}]")


@pytest.fixture
def clone(orders: Orders, tmp_path: Path) -> Path:
    """A clone whose branch breaks readers, not committed yet."""
    path = tmp_path / "clone"
    _git("clone", "--quiet", orders.path, str(path), directory=tmp_path)
    (path / CONTRACT).write_text(BROKEN)
    return path


def _git(*arguments: str, directory: Path, text: str | None = None) -> str:
    done = subprocess.run(["git", *arguments], cwd=directory, env=ENVIRONMENT, input=text, text=True, capture_output=True, check=True)
    return done.stdout


def _commits(clone: Path) -> None:
    _git("-c", "user.name=P", "-c", "user.email=p@example.com", "commit", "--quiet", "--all", "--message", "change", directory=clone)


def test_the_patch_is_printed_and_nothing_is_written(run: Run, clone: Path) -> None:
    result = run("fix", "--repo", clone, *NOW)
    assert (result.exit_code, result.stdout) == (1, PATCHED)
    assert (clone / CONTRACT).read_text() == BROKEN


def test_what_is_printed_is_what_git_applies(run: Run, clone: Path) -> None:
    printed = run("fix", "--repo", clone, *NOW).stdout
    _git("apply", directory=clone, text=printed)
    applied = (clone / CONTRACT).read_text()
    (clone / CONTRACT).write_text(BROKEN)
    assert run("fix", "--repo", clone, "--write", *NOW).exit_code == 0
    assert (clone / CONTRACT).read_text() == applied != BROKEN


def test_what_is_written_passes_the_check(run: Run, clone: Path) -> None:
    written = run("fix", "--repo", clone, "--write", *NOW)
    assert written.exit_code == 0 and "Wrote `contracts/orders.odcs.yaml`." in written.stdout
    _commits(clone)
    assert run("check", "--repo", clone, "--base", "origin/main").exit_code == 0
    again = run("fix", "--repo", clone, *NOW)
    assert (again.exit_code, again.stdout) == (0, "Nothing here breaks a reader.\n")


def test_a_contract_is_named_by_its_id_or_its_file(run: Run, clone: Path) -> None:
    assert run("fix", "--repo", clone, "orders", *NOW).stdout == PATCHED
    assert run("fix", "--repo", clone, CONTRACT, *NOW).stdout == PATCHED
    unknown = run("fix", "--repo", clone, "order", *NOW)
    assert unknown.exit_code == 2
    assert unknown.stderr == "countersign: No contract is called `order` at the base.\n  These are: orders.\n"


def test_what_the_patch_leaves_ends_with_1_and_says_why(run: Run, clone: Path) -> None:
    (clone / CONTRACT).unlink()
    result = run("fix", "--repo", clone, "--write", *NOW)
    assert result.exit_code == 1
    assert result.stdout == (
        "There is no patch that breaks nobody.\n"
        "Not in the patch: `orders`: the contract is gone as a whole. Put it back, with an `endOfLife` among its `slaProperties`.\n"
    )


def test_a_base_that_moved_on_is_merged_first(run: Run, orders: Orders, clone: Path) -> None:
    orders.git.commit({CONTRACT: ORDERS.replace("1.4.0", "1.4.1")})
    _git("fetch", "--quiet", directory=clone)
    result = run("fix", "--repo", clone, "--write", *NOW)
    assert result.exit_code == 1
    assert "`orders`: the base has another text of this contract than your branch began with. Merge the base first." in result.stdout
    assert (clone / CONTRACT).read_text() == BROKEN


def test_what_only_the_base_changed_is_nobodys_break(run: Run, orders: Orders, clone: Path) -> None:
    (clone / CONTRACT).write_text(ORDERS)
    orders.git.commit({CONTRACT: ORDERS + "name: orders\n"})
    _git("fetch", "--quiet", directory=clone)
    assert run("fix", "--repo", clone, *NOW).stdout == "Nothing here breaks a reader.\n"


def test_a_link_is_never_written_through(run: Run, clone: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text(BROKEN)
    (clone / CONTRACT).unlink()
    (clone / CONTRACT).symlink_to(elsewhere)
    assert run("fix", "--repo", clone, "--write", *NOW).exit_code == 1
    assert elsewhere.read_text() == BROKEN


def test_outside_of_a_work_tree_it_says_so(run: Run, orders: Orders) -> None:
    result = run("fix", "--repo", orders.path, "--base", "main")
    assert result.exit_code == 2 and "is in no Git work tree" in result.stderr


def test_without_a_policy_nothing_is_promised(run: Run, clone: Path, orders: Orders) -> None:
    orders.git.commit({"contracts-policy.yaml": None})
    _git("pull", "--quiet", directory=clone)
    result = run("fix", "--repo", clone)
    assert result.exit_code == 2 and "nothing is promised here" in result.stderr


def test_a_policy_is_needed_to_know_what_is_a_contract(run: Run, clone: Path) -> None:
    (clone / "contracts-policy.yaml").write_text(POLICY.replace("contracts/*.odcs.yaml", "other/*.yaml"))
    assert run("fix", "--repo", clone, *NOW).stdout == PATCHED  # the base's says it


def test_where_the_format_has_no_place_for_a_date_the_policy_announces_it(run: Run, orders: Orders, clone: Path) -> None:
    schema = (
        '{"type": "record", "name": "Refund", "fields": [\n  {"name": "id", "type": "string"},\n  {"name": "sum", "type": "string"}\n]}\n'
    )
    policy = POLICY + "  - contract: schemas/refunds.avsc  # for the warehouse\n    mode: enforce\n"
    orders.git.commit({"schemas/refunds.avsc": schema, "contracts-policy.yaml": policy})
    _git("checkout", "--quiet", "--", ".", directory=clone)
    _git("pull", "--quiet", directory=clone)
    (clone / "schemas/refunds.avsc").write_text(schema.replace('"sum", "type": "string"', '"sum", "type": "long"'))
    assert run("fix", "--repo", clone, "--write", *NOW).exit_code == 0
    assert (clone / "contracts-policy.yaml").read_text() == policy + (
        '    notices:\n      - {field: Refund.sum, remove_after: "2026-04-01", replacement: Refund.sum_v2}\n'
    )
    assert '{"name": "sum_v2", "type": "long"}' in (clone / "schemas/refunds.avsc").read_text()
    _commits(clone)
    assert run("check", "--repo", clone, "--base", "origin/main").exit_code == 0
    assert run("policy", "check", str(clone / "contracts-policy.yaml")).exit_code == 0
