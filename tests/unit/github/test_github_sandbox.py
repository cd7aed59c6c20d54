"""The client against the sandbox: real HTTP, real Git, and refusals as strict as GitHub's. It knows the sandbox by its addresses only."""

import json
import subprocess
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from countersign.adapters.github import AppSettings, GitHubApp, events
from countersign.adapters.github.manifest import manifest
from countersign.model.check_run import Annotation, AnnotationLevel, CheckRun
from countersign.model.pull_request import ReviewState
from countersign.model.verdict import Conclusion
from countersign.ports import GitHubTrouble

ROOT = Path(__file__).parents[3]
OPENAPI = ROOT / ".cache" / "openapi.json"


class Administrator:
    """Clicks in the sandbox, and acts there as people."""

    def __init__(self, url):
        self.url = url
        self.tokens = {}

    def send(self, method, path, body=None, token=""):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(
            self.url + path, json.dumps(body or {}).encode() if method != "GET" else None, headers, method=method
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            raw = answer.read()
        return json.loads(raw) if raw else None

    def click(self, method, path, body=None):
        return self.send(method, f"/_sandbox{path}", body)

    def act(self, who, method, path, body=None):
        return self.send(method, f"/api/v3{path}", body, self.tokens[who])


@pytest.fixture(scope="module")
def administrator(tmp_path_factory):
    command = [sys.executable, "-m", "countersign.sandbox", "--port", "0", "--data", str(tmp_path_factory.mktemp("sandbox") / "data")]
    if OPENAPI.exists():
        command += ["--openapi", str(OPENAPI)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            administrator = Administrator(process.stdout.readline().removeprefix("sandbox: ").strip())
            for login in ("boss", "omar", "jana", "kim", "stranger"):
                administrator.tokens[login] = administrator.click("POST", "/users", {"login": login})["token"]
            administrator.click("POST", "/orgs", {"login": "acme", "owners": ["boss"], "members": ["omar", "jana", "kim"]})
            yield administrator
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module")
def installed(administrator):
    """(App, installation id); the App is made of our own manifest."""
    made = manifest((ROOT / "app.yml").read_text(), "http://127.0.0.1:9")
    made.pop("hook_attributes")  # nobody listens: what is sent is not the matter here
    app = administrator.click("POST", "/apps", {"owner": "acme", "manifest": made})
    return app, administrator.click("POST", f"/apps/{app['id']}/installations", {"account": "acme"})["id"]


@pytest.fixture(scope="module")
def repository(administrator):
    administrator.click("POST", "/repos", {"owner": "acme", "name": "orders", "private": True, "files": {"a.yaml": "a: 1\n"}})
    administrator.click("POST", "/orgs/acme/teams", {"name": "finance", "members": ["jana"], "repositories": {"acme/orders": "read"}})
    administrator.click(
        "POST",
        "/orgs/acme/teams",
        {"name": "payments", "members": ["omar", "kim"], "repositories": {"acme/orders": "write"}, "parent": "finance"},
    )
    administrator.click("POST", "/orgs/acme/teams", {"name": "elsewhere", "members": ["kim"], "privacy": "secret"})
    return "acme/orders"


@pytest.fixture(scope="module")
def client(administrator, installed, repository):
    app, installation = installed
    settings = AppSettings(app_id=app["id"], private_key=app["pem"].encode(), api_url=f"{administrator.url}/api/v3")
    client = GitHubApp(settings, installation_of=lambda _: installation)
    yield client
    client.close()


@pytest.fixture(scope="module", autouse=True)
def no_request_broke_githubs_description(administrator, client):
    yield
    assert administrator.click("GET", "/violations")["violations"] == []


@pytest.fixture
def opened(administrator, repository, request):
    """A pull request by omar: (number, head)."""
    branch = request.node.name.replace("[", "-").replace("]", "")
    change = {"branch": branch, "from": "main", "files": {"a.yaml": f"a: {branch}\n"}, "as": "omar", "message": "Change"}
    head = administrator.click("POST", f"/repos/{repository}/commits", change)["sha"]
    made = administrator.act("omar", "POST", f"/repos/{repository}/pulls", {"title": branch, "head": branch, "base": "main"})
    return made["number"], head


def a_check(head, annotations=0, conclusion=Conclusion.FAILURE):
    return CheckRun(
        head=head,
        external_id="cs-1",
        conclusion=conclusion,
        title="Blocked",
        summary="→" * 30_000,
        text="All of it",
        annotations=tuple(
            Annotation(path="a.yaml", line=1, level=AnnotationLevel.FAILURE, title=f"finding {number}", message="breaks")
            for number in range(annotations)
        ),
    )


def annotations_of(administrator, repository, run):
    rows, page = [], 1
    while more := administrator.act("omar", "GET", f"/repos/{repository}/check-runs/{run}/annotations?per_page=100&page={page}"):
        rows, page = rows + more, page + 1
    return [row["title"] for row in rows]


def test_a_check_with_120_annotations_is_posted_updated_and_found(administrator, client, repository, opened):
    number, head = opened
    run = client.post_check(repository, a_check(head, annotations=120))
    assert annotations_of(administrator, repository, run) == [f"finding {n}" for n in range(120)]
    client.update_check(repository, run, a_check(head, annotations=120, conclusion=Conclusion.SUCCESS), annotations=False)
    assert len(annotations_of(administrator, repository, run)) == 120, "an update appends nothing"
    posted = administrator.act("omar", "GET", f"/repos/{repository}/check-runs/{run}")
    assert (posted["name"], posted["status"], posted["conclusion"]) == ("Countersign", "completed", "success")
    assert len(posted["output"]["summary"].encode()) <= 65_535 and "**Cut here:**" in posted["output"]["summary"]
    assert client.find_check(repository, head, "cs-1") == run
    assert client.find_check(repository, head, "cs-2") is None
    [row] = [row for row in client.open_pull_requests(repository) if row.number == number]
    assert (row.head, row.has_check, row.author, row.base_ref, row.fork) == (head, True, "omar", "main", False)


def test_open_pull_requests_of_several_repositories_come_in_one_query_with_what_cannot_be_read(
    administrator, client, installed, repository, opened
):
    number, head = opened
    client.post_check(repository, a_check(head))
    for other in ("quiet", "busy"):
        administrator.click("POST", "/repos", {"owner": "acme", "name": other, "private": True, "files": {"a.yaml": "a: 1\n"}})
    for n in range(21):  # one more than a page
        change = {"branch": f"b{n}", "from": "main", "files": {"a.yaml": f"a: {n}\n"}, "as": "boss", "message": "Change"}
        administrator.click("POST", "/repos/acme/busy/commits", change)
        administrator.act("boss", "POST", "/repos/acme/busy/pulls", {"title": f"b{n}", "head": f"b{n}", "base": "main"})
    found = client.open_pull_requests_of(installed[1], [repository, "acme/gone", "acme/quiet", "acme/busy"])
    [row] = [row for row in found[repository] if row.number == number]
    assert row == next(row for row in client.open_pull_requests(repository) if row.number == number) and row.has_check
    assert "Could not resolve to a Repository with the name 'acme/gone'" in str(found["acme/gone"])
    assert found["acme/quiet"] == ()
    assert [one.has_check for one in found["acme/busy"]] == [False] * 21 and len({one.number for one in found["acme/busy"]}) == 21


def test_a_check_may_begin_in_progress_and_gets_its_annotations_with_the_verdict(administrator, client, repository, opened):
    _, head = opened
    run = client.post_check(repository, a_check(head, conclusion=None))
    client.update_check(repository, run, a_check(head, annotations=60), annotations=True)
    assert annotations_of(administrator, repository, run) == [f"finding {n}" for n in range(60)]


def test_those_whom_github_refuses_are_named_and_the_others_asked(administrator, client, repository, opened):
    number, _ = opened
    whom = ("@acme/finance", "@omar", "@jana", "@nobody-here", "@acme/elsewhere", "@acme/no-team", "@umbrella/data")
    assert set(client.request_reviewers(repository, number, whom)) == {
        "@omar",
        "@nobody-here",
        "@acme/elsewhere",
        "@acme/no-team",
        "@umbrella/data",
    }
    asked = administrator.act("omar", "GET", f"/repos/{repository}/pulls/{number}/requested_reviewers")
    assert ([user["login"] for user in asked["users"]], [team["slug"] for team in asked["teams"]]) == (["jana"], ["finance"])
    assert client.request_reviewers(repository, number, ("@acme/finance", "@jana")) == (), "once more does no harm"


def test_a_pull_request_is_confirmed_with_its_reviews_and_committers(administrator, client, repository, opened):
    number, head = opened
    administrator.act("jana", "POST", f"/repos/{repository}/pulls/{number}/reviews", {"event": "APPROVE", "body": "countersign: C-7QK2MA"})
    confirmed = client.confirm(repository, number)
    assert (confirmed.head, confirmed.base_ref, confirmed.open, confirmed.draft) == (head, "main", True, False)
    assert confirmed.committers == ("omar",)
    [review] = confirmed.reviews
    assert (review.login, review.state, review.commit, review.body, review.bot) == (
        "jana",
        ReviewState.APPROVED,
        head,
        "countersign: C-7QK2MA",
        False,
    )
    with pytest.raises(GitHubTrouble) as trouble:
        client.confirm(repository, 9_999)
    assert trouble.value.status == 404


def test_a_merged_pull_request_is_known_by_the_commit_it_brought(administrator, client, repository, opened):
    number, _ = opened
    merged = administrator.act("kim", "PUT", f"/repos/{repository}/pulls/{number}/merge", {"merge_method": "squash"})
    assert [(one.number, one.base_ref) for one in client.pull_requests_of(repository, merged["sha"])] == [(number, "main")]
    assert not client.confirm(repository, number).open


def test_a_comment_is_kept_and_written_anew_when_somebody_deleted_it(administrator, client, repository, opened):
    number, _ = opened
    comment = client.keep_comment(repository, number, "countersign", "Please look.", None, repeated=False)
    assert client.keep_comment(repository, number, "countersign", "Please look, @jana.", comment, repeated=False) == comment
    [shown] = administrator.act("omar", "GET", f"/repos/{repository}/issues/{number}/comments")
    assert shown["body"] == "Please look, @jana.\n\n<!-- countersign -->"
    assert client.keep_comment(repository, number, "countersign", "Gone?", 999_999, repeated=False) not in (comment, 999_999)


def test_an_issue_is_opened_once_even_if_the_answer_was_lost(administrator, client, repository):
    administrator.click("POST", "/faults", {"status": 502, "method": "POST", "path": "/repos/*/issues", "done_first": True})
    with pytest.raises(GitHubTrouble) as trouble:
        client.open_issue(repository, "push:abc", "Pushed around the gate", "Body", repeated=False)
    assert trouble.value.retry_after == 15
    number = client.open_issue(repository, "push:abc", "Pushed around the gate", "Body", repeated=True)
    issues = administrator.act("omar", "GET", f"/repos/{repository}/issues?state=all")
    assert [issue["number"] for issue in issues if issue["title"] == "Pushed around the gate"] == [number]


def test_the_roster_is_whole(client, installed, repository):
    _, installation = installed
    assert client.installations() == ((installation, "acme"),)
    [row] = [row for row in client.repositories(installation) if row.name == repository]
    assert (row.default_branch, row.private, row.installation) == ("main", True, installation)
    teams = {team.slug: team for team in client.teams(installation, "acme")}
    assert set(teams) == {"acme/finance", "acme/payments", "acme/elsewhere"}
    assert teams["acme/payments"].parent == "acme/finance"
    assert teams["acme/payments"].members == ("kim", "omar")
    assert teams["acme/payments"].repositories[repository] == "push"
    assert teams["acme/finance"].members == ("jana",), "members of its child are not its own"
    assert teams["acme/elsewhere"].secret
    assert client.team(installation, "acme/payments") == teams["acme/payments"]
    assert client.team(installation, "acme/nobody") is None


def test_git_reads_with_the_token_and_only_this_repository(administrator, client, repository):
    administrator.click("POST", "/repos", {"owner": "acme", "name": "secrets", "private": True, "files": {"s": "s"}})
    url, token = client.git_access(repository)
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Bearer {token}",
    }

    def listed(address):
        return subprocess.run(
            ["git", "ls-remote", address, "refs/heads/main"], env=environment, capture_output=True, text=True, check=False
        )

    assert listed(url).stdout.endswith("refs/heads/main\n")
    assert listed(url.replace("orders", "secrets")).returncode != 0


def test_tokens_that_github_takes_back_are_replaced(administrator, client, installed, repository, opened):
    app, _ = installed
    number, head = opened
    assert client.confirm(repository, number).head == head
    administrator.click("POST", f"/apps/{app['id']}/expire-tokens")
    assert client.confirm(repository, number).head == head


class Intake(BaseHTTPRequestHandler):
    """Keeps what was sent, as it was sent."""

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.headers["X-GitHub-Event"], self.headers["X-Hub-Signature-256"], raw))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_what_the_sandbox_signs_is_verified_and_what_it_sends_is_read(administrator, client, installed, repository, opened):
    number, head = opened
    app, installation = installed
    with HTTPServer(("127.0.0.1", 0), Intake) as server:
        server.timeout, server.got = 10, []
        address = f"http://127.0.0.1:{server.server_address[1]}/webhooks"
        administrator.click("PATCH", f"/apps/{app['id']}", {"webhook_url": address, "webhook_secret": "new"})
        administrator.act("jana", "POST", f"/repos/{repository}/pulls/{number}/reviews", {"event": "APPROVE", "body": ""})
        server.handle_request()
        administrator.click("PUT", "/deliveries/mode", {"hold": True})
    [(event, signature, raw)] = server.got
    assert event == "pull_request_review"
    assert events.verify([b"new", b"old"], raw, signature)
    assert not events.verify([b"old"], raw, signature)
    told = events.read(event, json.loads(raw), app_id=app["id"])
    assert (told.action, told.pull_request.number, told.pull_request.head, told.review.login) == ("submitted", number, head, "jana")
    assert told.repository.installation == installation
    assert told.review == client.confirm(repository, number).reviews[0], "webhook and query tell of the same review alike"
