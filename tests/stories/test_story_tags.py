"""After the merge: a version's tag that says who countersigned it, made by the second App where the policy asks for it."""

from __future__ import annotations

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited


def _tags(acme: Organisation) -> list[str]:
    clone = acme.clones("pete", acme.repositories["orders-service"])
    return clone.git("for-each-ref", "--format=%(refname:lstrip=2) %(*objectname) %(contents)", "refs/tags").splitlines()


def _merged(acme: Organisation, *, second: bool) -> str:
    orders = acme.repositories["orders-service"]
    acme.pushes("ada", orders, "main", {POLICY: "tags: true\n" + acme.producer()})
    if second:
        acme.github.steer("POST", f"/apps/{acme.stage.acme.credentials['writer']['id']}/installations", {"account": acme.name})
    acme.settle()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"
    acme["pete"].merges(pull)
    acme.settle()
    return str(pull.facts(acme["ada"])["merge_commit_sha"])


def test_the_version_is_tagged_with_everybody_who_countersigned(acme: Organisation) -> None:
    commit = _merged(acme, second=True)
    first, _, *rest = _tags(acme)
    assert first == f"contracts/orders/v2.0.0 {commit} orders 2.0.0"
    said = "\n".join(rest)
    assert f"Merged by {acme.name}/orders-service#1." in said
    assert "Countersigned-by: carla <carla@users.noreply.github.com> (C-" in said
    assert "Countersigned-by: fiona <fiona@users.noreply.github.com> (C-" in said


def test_a_version_raised_in_an_earlier_commit_of_a_rebased_branch_is_tagged(acme: Organisation) -> None:
    """The commit before the last is the branch's own, and has the version already."""
    orders = acme.repositories["orders-service"]
    acme.pushes("ada", orders, "main", {POLICY: "tags: true\n" + acme.producer()})
    acme.github.steer("POST", f"/apps/{acme.stage.acme.credentials['writer']['id']}/installations", {"account": acme.name})
    acme.settle()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.pushes("paula", orders, "change", {"README.md": "# Orders, in cents\n"})
    acme.pushes("ada", orders, "main", {"LICENSE": "Ours\n"})
    acme.settle()
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"
    acme["pete"].merges(pull, "rebase")
    acme.settle()
    assert [line.split()[0] for line in _tags(acme) if line.startswith("contracts/")] == ["contracts/orders/v2.0.0"]


def test_without_the_second_app_nothing_is_tagged_and_that_is_on_record(acme: Organisation) -> None:
    _merged(acme, second=False)
    assert _tags(acme) == []
    (row,) = acme.ledger("tag-not-made")
    assert row["tag"] == "contracts/orders/v2.0.0" and "not installed" in row["why"]
