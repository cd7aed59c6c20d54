"""What comes of a request: what is said about it, how long to wait, and what never leaks."""

import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from countersign.adapters.github import AppSettings, GitHubApp
from countersign.ports import GitHubTrouble

PULLS = f"/repos/acme/orders/commits/{'b' * 40}/pulls"
COMMENTS = "/repos/acme/orders/issues/5/comments"
WALL = 1_800_000_000


def trouble_of(github, fake, *answer):
    fake.on("GET", PULLS, answer)
    with pytest.raises(GitHubTrouble) as trouble:
        github.pull_requests_of("acme/orders", "b" * 40)
    return trouble.value


@pytest.mark.parametrize(
    ("status", "message", "headers", "seconds"),
    [
        (403, "You have exceeded a secondary rate limit.", {"Retry-After": "42"}, 42),
        (429, "Too many requests", {"Retry-After": "soon"}, 60),
        (403, "API rate limit exceeded for installation", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(WALL + 90)}, 91),
        (403, "API rate limit exceeded", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(WALL - 5)}, 1),
        (403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", {}, 60),
        (429, "", {}, 60),
        (500, "", {}, 15),
        (502, "Server Error", {}, 15),
        (403, "Resource not accessible by integration", {"X-RateLimit-Remaining": "4999", "X-RateLimit-Reset": str(WALL + 90)}, None),
        (404, "Not Found", {}, None),
        (422, "Validation Failed", {}, None),
    ],
)
def test_trouble_says_how_long_to_wait_if_waiting_helps(github, fake, status, message, headers, seconds):
    trouble = trouble_of(github, fake, status, {"message": message}, headers)
    assert (trouble.status, trouble.retry_after) == (status, seconds)


def test_trouble_says_what_github_said_and_what_to_do(github, fake):
    answer = {
        "message": "Resource not accessible by integration",
        "errors": [{"resource": "CheckRun", "field": "x", "code": "custom"}, "and this"],
    }
    assert str(trouble_of(github, fake, 403, answer)) == (
        f"GitHub answered 403 to GET {PULLS}: Resource not accessible by integration: CheckRun x custom; and this. "
        "The App may lack a permission: compare docs/permissions.md with the App's settings, and accept the change in the organisation."
    )


@pytest.mark.parametrize("answer", [(200, b"<html>"), (200, {"no": "list"}), (200, [{"no number": 1}]), (0, None)])
def test_an_answer_that_makes_no_sense_is_trouble_to_be_tried_again(github, fake, answer):
    assert trouble_of(github, fake, *answer).retry_after == 15


def test_a_redirect_is_not_taken_for_an_answer(github, fake):
    assert trouble_of(github, fake, 307, {"message": "Moved Permanently"}, {"Location": "http://elsewhere.test/"}).status == 307
    moved = trouble_of(github, fake, 301, {"message": "Moved Permanently"}, {"Location": "http://elsewhere.test/"})
    assert "elsewhere.test" in str(moved)


def test_a_lost_read_is_repeated_and_a_lost_write_is_not(github, fake):
    fake.on("GET", PULLS, (0, None), (200, []))
    assert github.pull_requests_of("acme/orders", "b" * 40) == ()
    fake.on("POST", COMMENTS, (0, None), (201, {"id": 1}))
    with pytest.raises(GitHubTrouble) as trouble:
        github.keep_comment("acme/orders", 5, "m", "b", None, repeated=False)
    assert trouble.value.retry_after == 15
    assert len(fake.bodies("POST", COMMENTS)) == 1


def test_every_request_is_counted_also_a_failed_one(github, fake, calls):
    fake.on("GET", PULLS, (200, []), (500, {}))
    github.pull_requests_of("acme/orders", "b" * 40)
    with pytest.raises(GitHubTrouble):
        github.pull_requests_of("acme/orders", "b" * 40)
    assert calls == [("POST", "/app/installations/9/access_tokens", 201), ("GET", PULLS, 200), ("GET", PULLS, 500)]


def test_no_token_and_no_key_reaches_a_log_or_a_message(github, fake, caplog, private_key):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "github")  # PyGithub's own
    messages = [
        str(trouble_of(github, fake, 0, None)),
        str(trouble_of(github, fake, 400, {"message": "bad Authorization: ghs_secret_1"})),
    ]
    fake.on("POST", "/graphql", (200, {"errors": [{"type": "FORBIDDEN", "message": "not with ghs_secret_1"}]}))
    with pytest.raises(GitHubTrouble) as trouble:
        github.confirm("acme/orders", 5)
    everything = "\n".join([*messages, str(trouble.value), caplog.text, *(repr(record.args) for record in caplog.records)])
    assert "/repos/acme/orders" in caplog.text, "the requests themselves are logged by urllib3, or this test sees nothing"
    assert "ghs_secret" not in everything
    assert "eyJ" not in everything, "no JSON web token"
    assert private_key.decode().splitlines()[1] not in everything


def test_threads_do_not_take_each_others_answers(github, fake, request):
    request.addfinalizer(partial(sys.setswitchinterval, sys.getswitchinterval()))
    sys.setswitchinterval(1e-6)
    everybody = threading.Barrier(8)

    def comment(asked):
        return 201, {"id": int(asked.body["body"].split()[0])}

    fake.on("POST", COMMENTS, comment)

    def keep(number):
        everybody.wait()
        return [github.keep_comment("acme/orders", 5, "m", str(number * 100 + turn), None, repeated=False) for turn in range(10)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(keep, range(8))) == [[number * 100 + turn for turn in range(10)] for number in range(8)]


def test_a_proxy_is_used_if_one_is_set(private_key):
    asked = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        thread = threading.Thread(target=proxy.handle_request)
        thread.start()
        settings = AppSettings(
            app_id=1,
            private_key=private_key,
            api_url="http://127.0.0.1:9/api/v3",
            proxy=f"http://ann:pass@127.0.0.1:{proxy.server_address[1]}",
        )
        assert "pass" not in repr(settings)
        client = GitHubApp(settings, installation_of=lambda _: 1)
        assert client.installations() == ()
        client.close()
        thread.join()
    assert asked == ["http://127.0.0.1:9/api/v3/app/installations?page=1&per_page=100"]


def test_a_proxy_of_the_environment_is_not_between_us_and_this_machine(github, fake, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    fake.on("GET", PULLS, (200, []))
    assert github.pull_requests_of("acme/orders", "b" * 40) == ()


def test_a_proxys_password_is_in_no_message(private_key):
    settings = AppSettings(
        app_id=1, private_key=private_key, api_url="https://github.acme.test/api/v3", proxy="http://ann:pass@127.0.0.1:9"
    )
    with pytest.raises(GitHubTrouble) as trouble:
        GitHubApp(settings, installation_of=lambda _: 1).installations()
    assert trouble.value.retry_after == 15
    assert "pass" not in str(trouble.value)


@pytest.mark.parametrize(
    ("errors", "status", "retry_after"),
    [
        ([{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}], 429, 60),
        ([{"type": "NOT_FOUND", "message": "Could not resolve"}], 404, None),
        ([{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}], 403, None),
        ([{"message": "Something went wrong while executing your query."}], 502, 15),
        ("odd", 502, 15),
    ],
)
def test_graphql_errors_are_trouble_even_beside_data(github, fake, errors, status, retry_after):
    fake.on("POST", "/graphql", (200, {"data": {"repository": {"pullRequest": {}}}, "errors": errors}))
    with pytest.raises(GitHubTrouble) as trouble:
        github.confirm("acme/orders", 5)
    assert (trouble.value.status, trouble.value.retry_after) == (status, retry_after)
