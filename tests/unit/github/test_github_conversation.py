"""Comments that are kept, and issues that are opened once."""

import pytest

from countersign.ports import GitHubTrouble

COMMENTS = "/repos/acme/orders/issues/5/comments"
ISSUES = "/repos/acme/orders/issues"


def test_a_first_comment_is_written_with_its_marker(github, fake):
    fake.on("POST", COMMENTS, (201, {"id": 77}))
    assert github.keep_comment("acme/orders", 5, "countersign:reviewers", "Please look, @jana.", None, repeated=False) == 77
    assert fake.bodies("POST", COMMENTS) == [{"body": "Please look, @jana.\n\n<!-- countersign:reviewers -->"}]


def test_a_known_comment_is_edited_in_place(github, fake):
    fake.on("PATCH", f"{ISSUES}/comments/77", (200, {"id": 77}))
    assert github.keep_comment("acme/orders", 5, "m", "Anew.", 77, repeated=False) == 77
    assert [asked.method for asked in fake.asked] == ["PATCH"]


def test_a_comment_that_somebody_deleted_is_written_again(github, fake):
    fake.on("POST", COMMENTS, (201, {"id": 78}))
    assert github.keep_comment("acme/orders", 5, "m", "Anew.", 77, repeated=False) == 78


def test_a_marker_that_is_in_the_text_already_appears_once(github, fake):
    fake.on("POST", COMMENTS, (201, {"id": 77}))
    github.keep_comment("acme/orders", 5, "<!-- countersign -->", "<!-- countersign -->\nHello.", None, repeated=False)
    [body] = fake.bodies("POST", COMMENTS)
    assert body["body"] == "Hello.\n\n<!-- countersign -->"


def test_a_marker_survives_the_cut_of_a_long_text(github, fake):
    fake.on("POST", COMMENTS, (201, {"id": 77}))
    github.keep_comment("acme/orders", 5, "m", "line\n" * 20_000, None, repeated=False)
    [body] = fake.bodies("POST", COMMENTS)
    assert len(body["body"].encode()) <= 65_536
    assert body["body"].endswith("<!-- m -->") and "**Cut here:**" in body["body"]


def test_a_name_in_a_marker_cannot_close_the_comment(github, fake):
    fake.on("POST", ISSUES, (201, {"number": 8}))
    github.open_issue("acme/orders", "push:--><script>", "t", "b", repeated=False)
    [body] = fake.bodies("POST", ISSUES)
    assert body["body"].count("-->") == 1


def test_an_issue_is_opened_without_looking_the_first_time(github, fake):
    fake.on("POST", ISSUES, (201, {"number": 8}))
    assert github.open_issue("acme/orders", "push:abc", "Pushed around the gate", "Body", repeated=False) == 8
    assert [asked.method for asked in fake.asked] == ["POST"]


def test_an_issue_is_closed_as_done(github, fake):
    fake.on("PATCH", f"{ISSUES}/8", (200, {"number": 8}))
    github.close_issue("acme/orders", 8)
    assert fake.bodies("PATCH", f"{ISSUES}/8") == [{"state": "closed", "state_reason": "completed"}]


@pytest.mark.parametrize("status", [404, 410])
def test_an_issue_that_somebody_deleted_needs_no_closing(github, fake, status):
    fake.on("PATCH", f"{ISSUES}/8", (status, {"message": "This issue was deleted"}))
    github.close_issue("acme/orders", 8)


def issue(number, body, app=4711, **more):
    return {"number": number, "body": body, "performed_via_github_app": {"id": app} if app else None, **more}


def test_a_repeated_issue_is_found_where_the_first_attempt_got_through(github, fake):
    fake.on("GET", ISSUES, (200, [issue(9, None, app=None), issue(8, "Body\n\n<!-- push:abc -->")]))
    assert github.open_issue("acme/orders", "push:abc", "t", "b", repeated=True) == 8
    assert [asked.method for asked in fake.asked] == ["GET"]


@pytest.mark.parametrize(
    "impostor",
    [
        issue(8, "<!-- push:abc -->", app=None),
        issue(8, "<!-- push:abc -->", app=12),
        issue(8, "<!-- push:abc -->", pull_request={"url": ""}),
    ],
    ids=["a person's", "another App's", "a pull request"],
)
def test_somebody_elses_issue_with_our_marker_does_not_stop_ours(github, fake, impostor):
    fake.on("GET", ISSUES, (200, [impostor]))
    fake.on("POST", ISSUES, (201, {"number": 10}))
    assert github.open_issue("acme/orders", "push:abc", "t", "b", repeated=True) == 10


def test_an_answer_without_the_id_is_trouble(github, fake):
    fake.on("POST", COMMENTS, (201, {"number": 1}))
    with pytest.raises(GitHubTrouble, match="the comment just written"):
        github.keep_comment("acme/orders", 5, "m", "b", None, repeated=False)


def test_a_known_issue_is_edited_in_place_and_stays_closed_where_people_closed_it(github, fake):
    fake.on("PATCH", f"{ISSUES}/8", (200, {"number": 8}))
    assert github.keep_issue("acme/orders", "m", "Title", "Body", 8, reopen=False, repeated=False) == 8
    assert fake.bodies("PATCH", f"{ISSUES}/8") == [{"title": "Title", "body": "Body\n\n<!-- m -->"}]


def test_an_issue_that_we_closed_is_opened_again_with_what_it_says_now(github, fake):
    fake.on("PATCH", f"{ISSUES}/8", (200, {"number": 8}))
    github.keep_issue("acme/orders", "m", "Title", "Body", 8, reopen=True, repeated=False)
    assert fake.bodies("PATCH", f"{ISSUES}/8")[0]["state"] == "open"


@pytest.mark.parametrize("gone", [404, 410])
def test_an_issue_that_is_there_no_more_is_opened_anew(github, fake, gone):
    fake.on("PATCH", f"{ISSUES}/8", (gone, {"message": "This issue was deleted"}))
    fake.on("POST", ISSUES, (201, {"number": 9}))
    assert github.keep_issue("acme/orders", "m", "Title", "Body", 8, reopen=False, repeated=False) == 9


def test_an_issue_whose_opening_was_not_confirmed_is_found_and_edited(github, fake):
    fake.on("GET", ISSUES, (200, [issue(8, "Earlier\n\n<!-- m -->")]))
    fake.on("PATCH", f"{ISSUES}/8", (200, {"number": 8}))
    assert github.keep_issue("acme/orders", "m", "Title", "Body", None, reopen=False, repeated=True) == 8


def test_an_issue_that_github_would_not_let_us_close_is_trouble(github, fake):
    fake.on("PATCH", f"{ISSUES}/8", (403, {"message": "Resource not accessible by integration"}))
    with pytest.raises(GitHubTrouble):
        github.close_issue("acme/orders", 8)
