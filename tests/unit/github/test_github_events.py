"""What webhooks tell, and that a signature counts or does not."""

import copy
import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from countersign.adapters.github.events import BadPayload, read, verify
from countersign.model import github as told
from countersign.model.pull_request import Review, ReviewState

A, B, ZEROS = "a" * 40, "b" * 40, "0" * 40
NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)

REPOSITORY = {"id": 5, "full_name": "acme/orders", "default_branch": "main", "private": True}
COMMON = {"installation": {"id": 9}, "repository": REPOSITORY, "sender": {"login": "jana", "type": "User"}}
ORDERS = told.Repository(name="acme/orders", id=5, installation=9, default_branch="main", private=True)
PULL_REQUEST = {
    "number": 7,
    "html_url": "https://github.test/acme/orders/pull/7",
    "state": "open",
    "draft": False,
    "user": {"login": "omar", "type": "User"},
    "head": {"sha": A, "ref": "topic", "repo": {"id": 5}},
    "base": {"sha": B, "ref": "main", "repo": {"id": 5}},
    "merged_at": None,
    "merge_commit_sha": B,
    "updated_at": "2027-01-15T12:00:00Z",
}
ROW = told.PullRequestRow(
    repository="acme/orders",
    number=7,
    author="omar",
    head=A,
    base_ref="main",
    draft=False,
    state="open",
    fork=False,
    url="https://github.test/acme/orders/pull/7",
    updated_at=NOON,
)


def a_pull_request(action="opened", **changes):
    return {**copy.deepcopy(COMMON), "action": action, "pull_request": {**copy.deepcopy(PULL_REQUEST), **changes}}


# -- signatures --------------------------------------------------------------------------------------------------------------


def signed(secret, raw):
    return "sha256=" + hmac.new(secret, raw, hashlib.sha256).hexdigest()


def test_githubs_own_example_of_a_signature_is_accepted():
    # From GitHub's "Validating webhook deliveries".
    header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert verify([b"It's a Secret to Everybody"], b"Hello, World!", header)


def test_either_secret_counts_while_one_replaces_the_other():
    assert verify([b"new", b"old"], b"{}", signed(b"old", b"{}"))
    assert verify([b"new", b"old"], b"{}", signed(b"new", b"{}"))


@pytest.mark.parametrize(
    ("secrets", "raw", "header"),
    [
        ([b"s"], b"{ }", signed(b"s", b"{}")),
        ([b"s"], b"{}", signed(b"other", b"{}")),
        ([b"s"], b"{}", signed(b"s", b"{}").upper()),
        ([b"s"], b"{}", signed(b"s", b"{}").removeprefix("sha256=")),
        ([b"s"], b"{}", "sha1=" + hmac.new(b"s", b"{}", hashlib.sha1).hexdigest()),
        ([b"s"], b"{}", ""),
        ([b"s"], b"{}", "sha256=é\udcff"),
        ([], b"{}", signed(b"", b"{}")),
        ([b""], b"{}", signed(b"", b"{}")),
    ],
    ids=["other body", "other secret", "upper case", "no prefix", "SHA-1", "nothing", "no ASCII", "no secret", "an empty secret"],
)
def test_anything_else_is_no_signature(secrets, raw, header):
    assert not verify(secrets, raw, header)


# -- pull requests -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review", "converted_to_draft", "closed"])
def test_a_pull_requests_life_is_told(action):
    assert read("pull_request", a_pull_request(action)) == told.PullRequestEvent(
        action=action, repository=ORDERS, pull_request=ROW, sender="jana"
    )


def test_another_base_is_told_and_another_title_is_not():
    edited = a_pull_request("edited")
    assert read("pull_request", {**edited, "changes": {"title": {"from": "Old"}}}) is None
    assert read("pull_request", {**edited, "changes": {"base": {"ref": {"from": "dev"}}}}).action == "edited"


def test_a_stacked_pull_request_is_judged_against_the_trunk():
    stack = {"base": {"ref": "main", "sha": B}}
    on_top = {"base": {**PULL_REQUEST["base"], "ref": "below"}}
    assert read("pull_request", a_pull_request("opened", **on_top)).pull_request.base_ref == "below"
    assert read("pull_request", a_pull_request("opened", **on_top, stack=stack)).pull_request.trunk == "main"
    stacked = read("pull_request", {**a_pull_request("stacked", **on_top), "stack": stack})
    assert (stacked.action, stacked.pull_request.trunk) == ("edited", "main")


def test_a_merge_names_its_commit_and_a_trial_merge_is_not_one():
    merged = a_pull_request("closed", state="closed", merged_at="2027-01-15T12:00:00Z", merged_by={"login": "kim"})
    row = read("pull_request", merged).pull_request
    assert (row.merged_at, row.merge_commit, row.merged_by, row.state) == (NOON, B, "kim", "closed")
    assert read("pull_request", a_pull_request("closed", state="closed")).pull_request.merge_commit == ""


@pytest.mark.parametrize("repo", [{"id": 6}, None])
def test_a_fork_is_a_fork_even_when_it_was_deleted(repo):
    assert read("pull_request", a_pull_request(head={"sha": A, "repo": repo})).pull_request.fork


def test_an_author_whose_account_is_gone_is_the_ghost():
    assert read("pull_request", a_pull_request(user=None)).pull_request.author == "ghost"


def a_review(action="submitted", **changes):
    review = {
        "id": 3_000_000_001,
        "user": {"login": "jana", "type": "User"},
        "state": "approved",
        "commit_id": A,
        "submitted_at": "2027-01-15T13:00:00+01:00",
        "body": None,
        "html_url": "https://github.test/r",
    }
    return {**a_pull_request(action), "review": {**review, **changes}}


@pytest.mark.parametrize("action", ["submitted", "edited", "dismissed"])
def test_a_review_is_told_with_its_commit_and_who_did_it(action):
    review = Review(id=3_000_000_001, login="jana", state=ReviewState.APPROVED, commit=A, submitted_at=NOON, url="https://github.test/r")
    payload = {**a_review(action), "sender": {"login": "admin"}}
    assert read("pull_request_review", payload) == told.ReviewEvent(
        action=action, repository=ORDERS, pull_request=ROW, review=review, sender="admin"
    )


def test_a_bots_review_is_marked_and_an_odd_state_is_refused():
    assert read("pull_request_review", a_review(user={"login": "dependabot[bot]", "type": "Bot"})).review.bot
    with pytest.raises(BadPayload, match=r"pull_request_review: review\.state .* 'blessed'"):
        read("pull_request_review", a_review(state="blessed"))


def a_comment(action="created", issue=None):
    comment = {
        "id": 4,
        "user": {"login": "jana", "type": "User"},
        "body": "/countersign override C-7QK2MA",
        "created_at": "2027-01-15T12:00:00Z",
        "html_url": "https://github.test/c",
    }
    return {
        **copy.deepcopy(COMMON),
        "action": action,
        "issue": {"number": 7, "pull_request": {"url": "u"}} if issue is None else issue,
        "comment": comment,
    }


def test_a_comment_on_a_pull_request_is_told():
    assert read("issue_comment", {**a_comment(), "sender": {"login": "mallory"}}) == told.CommentEvent(
        repository=ORDERS,
        number=7,
        comment=4,
        login="jana",
        sender="mallory",
        body="/countersign override C-7QK2MA",
        created_at=NOON,
        url="https://github.test/c",
    )


def test_a_comment_on_a_plain_issue_is_told_as_one():
    assert read("issue_comment", a_comment(issue={"number": 7})).issue
    assert not read("issue_comment", a_comment()).issue


def test_an_edited_comment_is_ignored():
    assert read("issue_comment", a_comment("edited")) is None


# -- code --------------------------------------------------------------------------------------------------------------------


def a_push(ref="refs/heads/main", **changes):
    commits = [
        {"author": {"email": "Jana@acme.test", "username": "jana"}, "committer": {"email": "noreply@github.com", "username": "web-flow"}},
        {"author": {"email": "who@acme.test"}, "committer": {"email": None, "username": "omar"}},
    ]
    return {
        **copy.deepcopy(COMMON),
        "ref": ref,
        "before": A,
        "after": B,
        "forced": True,
        "pusher": {"name": "jana"},
        "commits": commits,
        **changes,
    }


def test_a_push_to_a_branch_is_told_with_the_logins_it_teaches():
    assert read("push", a_push()) == told.PushEvent(
        repository=ORDERS,
        ref="refs/heads/main",
        before=A,
        after=B,
        pusher="jana",
        forced=True,
        logins={"jana@acme.test": "jana", "noreply@github.com": "web-flow"},
    )


def test_a_deleted_branch_is_told_and_a_tag_is_not():
    assert read("push", a_push(after=ZEROS, commits=[])).after == ZEROS
    assert read("push", a_push("refs/tags/v1")) is None


@pytest.mark.parametrize(
    ("event", "action", "anew"),
    [
        ("check_run", "rerequested", True),
        ("check_run", "requested_action", True),
        ("check_suite", "requested", False),
        ("check_suite", "rerequested", True),
    ],
)
def test_a_check_that_is_asked_for_is_told_if_it_is_ours(event, action, anew):
    payload = {**COMMON, "action": action, event: {"head_sha": A, "app": {"id": 4711}, "pull_requests": []}}
    assert read(event, payload, app_id=4711) == told.CheckRequestedEvent(repository=ORDERS, head=A, anew=anew)
    assert read(event, payload, app_id=4712) is None
    assert read(event, {**payload, "action": "completed"}, app_id=4711) is None


def test_a_merge_group_asks_for_checks():
    group = {"head_sha": A, "base_sha": B, "base_ref": "refs/heads/main", "head_ref": f"refs/heads/gh-readonly-queue/main/pr-7-{B}"}
    payload = {**COMMON, "action": "checks_requested", "merge_group": group}
    ref = f"gh-readonly-queue/main/pr-7-{B}"
    assert read("merge_group", payload) == told.MergeGroupEvent(repository=ORDERS, head=A, base=B, base_ref="main", ref=ref)
    assert read("merge_group", {**payload, "action": "destroyed"}) is None


# -- where we are, and who is there ------------------------------------------------------------------------------------------

INSTALLATION = {"installation": {"id": 9, "account": {"login": "acme"}}, "sender": {"login": "jana"}}


@pytest.mark.parametrize(
    ("action", "gone"),
    [("created", False), ("unsuspend", False), ("new_permissions_accepted", False), ("deleted", True), ("suspend", True)],
)
def test_the_app_comes_and_goes(action, gone):
    event = read("installation", {**INSTALLATION, "action": action})
    assert event == told.InstallationEvent(installation=9, organisation="acme", all=True, gone=gone)


def test_repositories_come_and_go():
    payload = {
        **INSTALLATION,
        "action": "added",
        "repositories_added": [{"full_name": "acme/new"}],
        "repositories_removed": [{"full_name": "acme/old"}],
    }
    assert read("installation_repositories", payload) == told.InstallationEvent(
        installation=9, organisation="acme", added=("acme/new",), removed=("acme/old",)
    )


ROSTER = {"installation": {"id": 9}, "organization": {"login": "acme"}, "team": {"slug": "finance"}, "member": {"login": "jana"}}


@pytest.mark.parametrize(("action", "present"), [("added", True), ("removed", False)])
def test_a_member_comes_and_goes(action, present):
    assert read("membership", {**ROSTER, "action": action}) == told.RosterEvent(
        installation=9, organisation="acme", team="acme/finance", login="jana", present=present
    )


@pytest.mark.parametrize("change", [{"team": {"id": 3, "deleted": True}}, {"member": None}])
def test_a_membership_that_does_not_say_whose_has_all_rosters_read_again(change):
    assert read("membership", {**ROSTER, **change, "action": "removed"}) == told.RosterEvent(installation=9, organisation="acme")


def test_a_team_is_made_changed_and_deleted():
    whole = told.RosterEvent(installation=9, organisation="acme", team="acme/finance")
    for action in ("created", "edited", "added_to_repository", "removed_from_repository"):
        assert read("team", {**ROSTER, "action": action}) == whole
    assert read("team", {**ROSTER, "action": "deleted"}).gone
    payload = {**ROSTER, "team": {"slug": "finance", "id": 5}, "action": "edited", "changes": {"name": {"from": "Money & Co."}}}
    renamed = read("team", payload)
    assert renamed == told.RosterEvent(installation=9, organisation="acme", was="acme/money-co", number=5), "all are to be read again"


@pytest.mark.parametrize(("action", "matters"), [("member_removed", True), ("renamed", True), ("member_added", False), ("deleted", False)])
def test_an_organisation_loses_people_or_its_name(action, matters):
    assert (read("organization", {**ROSTER, "action": action}) is not None) == matters


@pytest.mark.parametrize(
    ("action", "changes", "old_name"),
    [
        ("renamed", {"repository": {"name": {"from": "sales"}}}, "acme/sales"),
        ("transferred", {"owner": {"from": {"organization": {"login": "umbrella"}}}}, "umbrella/orders"),
        ("transferred", {"owner": {"from": {"user": {"login": "jana"}}}}, "jana/orders"),
        ("deleted", None, ""),
        ("privatized", None, ""),
        ("publicized", None, ""),
        ("edited", {"default_branch": {"from": "master"}}, ""),
    ],
)
def test_a_repository_changes_its_name_or_nature(action, changes, old_name):
    payload = {**COMMON, "action": action, "changes": changes}
    assert read("repository", payload) == told.RepositoryEvent(action=action, repository=ORDERS, old_name=old_name)


def test_a_new_description_of_a_repository_is_ignored():
    assert read("repository", {**COMMON, "action": "edited", "changes": {"description": {"from": ""}}}) is None


# -- what is odd -------------------------------------------------------------------------------------------------------------


def test_an_event_of_no_concern_and_one_that_no_app_was_sent_are_ignored():
    assert read("star", {**COMMON, "action": "created"}) is None
    assert read("ping", {"zen": "Design for failure."}) is None
    assert read("pull_request", {"action": "opened"}) is None


@pytest.mark.parametrize(
    ("path", "odd", "message"),
    [
        (("pull_request", "head", "sha"), "main", "pull_request: pull_request.head.sha should be a commit's SHA, but it is 'main'"),
        (("pull_request", "head", "sha"), None, "pull_request: pull_request.head.sha should be a text, but it is nothing"),
        (("pull_request", "head"), [], "pull_request: pull_request.head.sha should be a text, but it is nothing"),
        (("pull_request", "number"), "7", "pull_request: pull_request.number should be a number, but it is '7'"),
        (("pull_request", "number"), True, "pull_request: pull_request.number should be a number, but it is True"),
        (("pull_request", "updated_at"), "today", "pull_request: pull_request.updated_at should be a time, but it is 'today'"),
        (("pull_request", "updated_at"), "2027-01-15T12:00:00", "pull_request: pull_request.updated_at should be a time with its zone"),
        (("pull_request", "merged_at"), 3, "pull_request: pull_request.merged_at should be a text, but it is 3"),
        (("repository", "private"), "no", "pull_request: repository.private should be true or false, but it is 'no'"),
        (("repository", "full_name"), "acme/../x", "pull_request: repository.full_name should be org/name, but it is 'acme/../x'"),
        (("repository", "full_name"), "acme/..", "pull_request: repository.full_name should be org/name, but it is 'acme/..'"),
        (("repository",), None, "pull_request: repository.full_name should be a text, but it is nothing"),
        (("action",), {"a": 1}, "pull_request: action should be a text, but it is {'a': 1}"),
    ],
)
def test_a_field_that_is_odd_is_named(path, odd, message):
    payload = a_pull_request()
    place = payload
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd
    with pytest.raises(BadPayload) as error:
        read("pull_request", payload)
    assert str(error.value).startswith(message)


def every_field(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from every_field(inner, (*path, key))


WHOLE = {
    "pull_request": a_pull_request(),
    "pull_request_review": a_review(),
    "issue_comment": a_comment(),
    "push": a_push(),
    "membership": {**ROSTER, "action": "added"},
    "repository": {**COMMON, "action": "renamed", "changes": {"repository": {"name": {"from": "sales"}}}},
}


@pytest.mark.parametrize("event", list(WHOLE))
@pytest.mark.parametrize("odd", [None, 3, "x", [], [None], {}, True])
def test_an_odd_field_anywhere_is_a_bad_payload_or_does_not_matter(event, odd):
    """Never an error of ours: GitHub would send the delivery again, to the same end."""
    refused = 0
    for path in every_field(WHOLE[event]):
        payload = copy.deepcopy(WHOLE[event])
        place = payload
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = odd
        try:
            assert isinstance(read(event, payload), told.Event | None)
        except BadPayload:
            refused += 1
    assert refused  # what we rely on is among them


# -- deployments -------------------------------------------------------------------------------------------------------------


def a_deployment(state="success"):
    return {
        **COMMON,
        "action": "created",
        "deployment_status": {"state": state, "creator": {"login": "deployer[bot]"}},
        "deployment": {"id": 3, "sha": A, "environment": "production"},
    }


def test_a_deployment_that_succeeded_is_told_and_no_other_state():
    told_by = read("deployment_status", a_deployment())
    assert told_by == told.DeployedEvent(repository=ORDERS, environment="production", commit=A, deployment=3, sender="deployer[bot]")
    assert [read("deployment_status", a_deployment(state)) for state in ("in_progress", "failure", "inactive")] == [None] * 3


def a_request(address, **more):
    return {**COMMON, "action": "requested", "environment": "production", "sha": B, "deployment_callback_url": address, **more}


def test_of_the_address_to_answer_at_only_the_run_is_taken():
    """Whatever host stands there, the answer and its token go to the API that we were set up with."""
    address = "https://evil.test/api/v3/repos/Acme/orders/actions/runs/77/deployment_protection_rule"
    event = read("deployment_protection_rule", a_request(address, deployment={"sha": A}))
    assert event == told.DeploymentRequestedEvent(repository=ORDERS, environment="production", commit=A, run=77)
    without = read("deployment_protection_rule", a_request(address, deployment=None))
    assert without is not None and without.commit == B


@pytest.mark.parametrize(
    "address",
    [
        "https://api.github.test/repos/acme/other/actions/runs/77/deployment_protection_rule",
        "https://api.github.test/repos/acme/orders/actions/runs/77/pending_deployments",
        "https://api.github.test/repos/acme/orders/actions/runs/../deployment_protection_rule",
    ],
)
def test_an_address_that_names_no_run_of_the_repository_is_refused(address):
    with pytest.raises(BadPayload, match="should name a run of acme/orders"):
        read("deployment_protection_rule", a_request(address))
