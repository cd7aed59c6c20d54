"""Pages: what a person sees and may do, and that hostile text stays text."""

from __future__ import annotations

import re
from html import unescape

import pytest
import requests

from countersign.sandbox.pages.markdown import render


class Browser:
    """One person's browser: follows redirects, keeps cookies, and fills in forms as they stand on the page."""

    def __init__(self, house, person):
        self.url, self.session = house.url, requests.Session()
        self.session.headers["Referer"] = f"{house.url}/"
        self.get("/")
        self.post("/_act/user", login=house.people[person].login)

    def get(self, path):
        response = self.session.get(self.url + path, timeout=20)
        self.status, self.page = response.status_code, response.text
        found = re.search(r'name="csrf" value="([^"]+)"', self.page)
        self.csrf = found.group(1) if found else ""
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page)))

    def post(self, path, **fields):
        response = self.session.post(self.url + path, data={"csrf": self.csrf, **fields}, timeout=20)
        self.status, self.page = response.status_code, response.text
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page)))


def test_a_person_reads_the_check_and_its_annotations_at_their_lines(house):
    pull = house.pull()
    note = {
        "path": "contracts/orders.yaml",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "failure",
        "message": "Two teams read this.",
    }
    output = {"title": "Blocked: 2 teams must sign", "summary": "| a | b |\n|--|--|\n| x | **y** |", "annotations": [note]}
    house.post_check(pull["head"]["sha"], "failure", output=output)
    house.protect(house.app["id"])
    browser = Browser(house, "paul")
    text = browser.get(f"/{house.org}/orders/pull/{pull['number']}")
    assert "Blocked: 2 teams must sign" in text
    assert "Merging is blocked" in text
    assert 'Required status check "Countersign" is failing.' in text
    assert "<td><strong>y</strong></td>" in browser.page
    assert re.search(r'class="added".*?Two teams read this\.', browser.page, re.DOTALL)


def test_a_pull_request_is_reviewed_and_merged_by_hand(house):
    house.protect(house.app["id"])
    pull = house.pull()
    page = f"/{house.org}/orders/pull/{pull['number']}"
    rita, paul = Browser(house, "rita"), Browser(house, "paul")
    rita.get(page)
    assert "Your review was submitted." in rita.post(f"{page}/review", event="APPROVE", body="")
    paul.get(page)
    paul.session.headers["Referer"] = house.url + page
    assert "Review Can not approve your own pull request" in paul.post(f"{page}/review", event="APPROVE", body="")
    assert 'Required status check "Countersign" is expected.' in paul.post(f"{page}/merge", method="merge", sha=pull["head"]["sha"])
    house.post_check(pull["head"]["sha"], "success")
    assert "Merged as" in paul.post(f"{page}/merge", method="squash", sha=pull["head"]["sha"])


def test_a_file_is_changed_by_hand_and_becomes_a_pull_request(house):
    paul = Browser(house, "paul")
    text = paul.get(f"/{house.org}/orders/edit/main/contracts/orders.yaml")
    assert "amount: string" in text
    branch = re.search(r'name="branch" value="([^"]+)"', paul.page).group(1)
    paul.post(
        f"/{house.org}/orders/edit/main/contracts/orders.yaml", text="amount: integer\r\n", message="Cents", how="propose", branch=branch
    )
    [pull] = house.paul.ok("GET", f"{house.repo}/pulls")
    assert (pull["title"], pull["head"]["ref"], pull["user"]["login"]) == ("Cents", branch, house.paul.login)
    [change] = house.paul.ok("GET", f"{house.repo}/pulls/{pull['number']}/files")
    assert (change["additions"], change["deletions"]) == (1, 1)


def test_a_form_without_the_pages_secret_does_nothing(house):
    pull = house.pull()
    rita = Browser(house, "rita")
    rita.csrf = "guessed"
    said = rita.post(f"/{house.org}/orders/pull/{pull['number']}/review", event="APPROVE", body="")
    assert "This form is out of date" in said
    assert house.paul.ok("GET", f"{house.repo}/pulls/{pull['number']}/reviews") == []


def test_strangers_find_no_private_repository(house):
    oscar = Browser(house, "oscar")
    assert "may not see it" in oscar.get(f"/{house.org}/orders")
    assert oscar.status == 404
    assert f"{house.org}/orders" not in oscar.get("/")


@pytest.mark.parametrize(
    ("text", "not_there"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("![x](http://example.com/a.png)", "<img"),
        ("[x](javascript:alert(1))", 'href="javascript'),
        ("<details onclick=alert(1)>", "<details"),
        ("```diff\n+ <script>\n```", "<script"),
        ("<!-- marker -->", "marker"),
        ("a <sub onmouseover=alert(1)>b</sub>", "<sub "),
    ],
)
def test_hostile_markdown_stays_text(text, not_there):
    assert not_there not in render(text)


def test_the_few_tags_that_checks_use_work():
    shown = render("<details><summary>How to **sign**</summary>\n\n- one<br>two\n</details>\n\n<sub>`main@1`</sub>")
    for part in ("<details><summary>", "</details>", "<li>one<br>two", "<sub><code>main@1</code></sub>"):
        assert part in shown
