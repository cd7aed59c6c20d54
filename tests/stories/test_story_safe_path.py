"""The safe path: a command in the pull request, a patch as the answer, and a change that then breaks nobody."""

from __future__ import annotations

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import holds, page, title
from tests.stories.terminal import countersign

GRAIN = ("one row per order", "one row per line of an order")


def _answer(acme: Organisation, number: int) -> str:
    """The last comment, without the marker by which Countersign finds it again."""
    return str(acme.comments(acme.repositories["orders-service"], number)[-1]["body"]).partition("<!--")[0].rstrip() + "\n"


def test_the_author_asks_for_the_patch_applies_it_and_nobody_has_to_sign(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, [*CENTS, WITHOUT_REGION[1]])})
    assert acme.settled(pull)["conclusion"] == "failure"
    acme["paula"].comments(pull, "/countersign safe-path")
    acme.settle()
    holds("safe-path-answer", _answer(acme, pull.number), acme)

    clone = acme.clones("paula", orders)
    clone.branch("change", "origin/change")
    countersign("fix", "--repo", str(clone.path), "--base", "origin/main", "--write", "--now", "2026-03-02")
    clone.git("commit", "--quiet", "--all", "--message", "Keep the old beside the new")
    clone.git("push", "--quiet", "origin", "change")
    check = acme.settled(pull)
    assert (check["conclusion"], title(check)) == ("success", "Passed: 4 changes, none of them breaks a reader")


def test_what_no_patch_can_do_is_said_with_why(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, [GRAIN])})
    acme.settle()
    acme["fiona"].comments(pull, "/countersign safe-path")
    acme.settle()
    holds("safe-path-none", _answer(acme, pull.number), acme)


def test_every_earlier_version_is_protected_where_the_policy_says_so(empty: Organisation) -> None:
    empty.rules()
    without = edited(ORDERS, [("version: 1.4.0", "version: 2.0.0"), ("      - {name: store_id, logicalType: string}\n", "")])
    again = edited(
        without,
        [
            ("version: 2.0.0", "version: 2.1.0"),
            ("      - name: placed_at", "      - {name: store_id, logicalType: integer}\n      - name: placed_at"),
        ],
    )
    orders = empty.publishes()
    empty.pushes("pete", orders, "main", {POLICY: empty.producer() + "    protects: FULL_TRANSITIVE\n"})
    empty.pushes("pete", orders, "main", {CONTRACT: without})
    empty.installs()
    check = empty.settled(empty.proposes("paula", orders, {CONTRACT: again}))
    holds("breaks-an-earlier-version", page(check), empty)
