"""Check runs, within GitHub's limits."""

from dataclasses import replace

import pytest

from countersign.adapters.github import paths
from countersign.model.check_run import Annotation, AnnotationLevel, CheckRun
from countersign.model.verdict import Conclusion
from countersign.ports import GitHubTrouble

HEAD = "a" * 40
RUNS = "/repos/acme/orders/check-runs"
CHECK = CheckRun(
    head=HEAD,
    external_id="cs-1",
    conclusion=Conclusion.FAILURE,
    title="Blocked: 2 teams must sign `amount`",
    summary="What breaks",
    text="More of it",
    details_url="https://countersign.acme.test/1",
)


def annotations(count: int) -> tuple[Annotation, ...]:
    return tuple(
        Annotation(path="contracts/orders.yaml", line=number, level=AnnotationLevel.FAILURE, title=f"finding {number}", message="breaks")
        for number in range(1, count + 1)
    )


def test_a_check_is_posted_in_one_request_with_its_verdict_and_lines(github, fake):
    fake.on("POST", RUNS, (201, {"id": 31}))
    assert github.post_check("acme/orders", replace(CHECK, annotations=annotations(1))) == 31
    assert fake.bodies("POST", RUNS) == [
        {
            "name": "Countersign",
            "head_sha": HEAD,
            "external_id": "cs-1",
            "status": "completed",
            "conclusion": "failure",
            "details_url": "https://countersign.acme.test/1",
            "output": {
                "title": "Blocked: 2 teams must sign `amount`",
                "summary": "What breaks",
                "text": "More of it",
                "annotations": [
                    {
                        "path": "contracts/orders.yaml",
                        "start_line": 1,
                        "end_line": 1,
                        "annotation_level": "failure",
                        "title": "finding 1",
                        "message": "breaks",
                    }
                ],
            },
        }
    ]
    assert len(fake.asked) == 1


def test_120_annotations_go_out_in_order_50_a_request_after_the_verdict(github, fake):
    fake.on("POST", RUNS, (201, {"id": 31}))
    fake.on("PATCH", f"{RUNS}/31", (200, {"id": 31}))
    github.post_check("acme/orders", replace(CHECK, annotations=annotations(120)))
    sent = [[row["start_line"] for row in asked.body["output"]["annotations"]] for asked in fake.asked]
    assert sent == [list(range(1, 51)), list(range(51, 101)), list(range(101, 121))]
    assert fake.asked[0].body["conclusion"] == "failure", "the verdict must not wait for the last annotation"
    assert all("conclusion" not in asked.body and asked.body["output"]["summary"] == "What breaks" for asked in fake.asked[1:])


def test_an_update_never_repeats_annotations_because_github_would_append_them(github, fake):
    fake.on("PATCH", f"{RUNS}/31", (200, {"id": 31}))
    github.update_check("acme/orders", 31, replace(CHECK, conclusion=Conclusion.SUCCESS, annotations=annotations(3)), annotations=False)
    [body] = fake.bodies("PATCH", f"{RUNS}/31")
    assert body["conclusion"] == "success"
    assert "annotations" not in body["output"]


def test_a_check_without_conclusion_is_in_progress(github, fake):
    fake.on("POST", RUNS, (201, {"id": 31}))
    github.post_check("acme/orders", replace(CHECK, conclusion=None))
    [body] = fake.bodies("POST", RUNS)
    assert body["status"] == "in_progress"
    assert "conclusion" not in body


def test_a_long_summary_is_cut_at_a_line_and_says_where_the_rest_is(github, fake):
    fake.on("POST", RUNS, (201, {"id": 31}))
    rows = [f"| row {number} → ✓ |" for number in range(5_000)]
    github.post_check("acme/orders", replace(CHECK, summary="\n".join(rows)))
    [body] = fake.bodies("POST", RUNS)
    summary = body["output"]["summary"]
    assert 64_000 < len(summary.encode()) <= 65_535, "GitHub counts bytes"
    *kept, blank, ending = summary.split("\n")
    assert kept == rows[: len(kept)]
    assert (blank, ending) == (
        "",
        f"**Cut here:** {5_000 - len(kept):,} more lines are too long for GitHub. All of it: https://countersign.acme.test/1",
    )


def test_long_titles_and_messages_are_shortened(github, fake):
    fake.on("POST", RUNS, (201, {"id": 31}))
    wide = Annotation(path="a.yaml", line=1, level=AnnotationLevel.NOTICE, title="é" * 300, message="x" * 70_000)
    github.post_check("acme/orders", replace(CHECK, title="t" * 300, annotations=(wide,)))
    output = fake.bodies("POST", RUNS)[0]["output"]
    assert len(output["title"]) <= 255 and output["title"].endswith("t…")
    [annotation] = output["annotations"]
    assert len(annotation["title"].encode()) <= 255 and annotation["title"].endswith("é…")
    assert len(annotation["message"].encode()) <= 65_535


def test_a_run_is_found_again_by_its_external_id_among_all_pages_and_only_ours(github, fake):
    def run(number, external_id, app=4711):
        return {"id": number, "external_id": external_id, "app": {"id": app}}

    path = f"/repos/acme/orders/commits/{HEAD}/check-runs"
    fake.on(
        "GET",
        path,
        (200, {"total_count": 4, "check_runs": [run(1, "cs-1"), run(2, "cs-2")]}, {"Link": '<http://x/?page=2>; rel="next"'}),
        (200, {"total_count": 4, "check_runs": [run(3, "cs-1"), run(9, "cs-1", app=1)]}),
    )
    assert github.find_check("acme/orders", HEAD, "cs-1") == 3
    assert [(asked.query["page"], asked.query["app_id"], asked.query["filter"]) for asked in fake.asked] == [
        ("1", "4711", "all"),
        ("2", "4711", "all"),
    ]


def test_a_run_that_was_never_posted_is_not_found(github, fake):
    fake.on("GET", f"/repos/acme/orders/commits/{HEAD}/check-runs", (200, {"total_count": 0, "check_runs": []}))
    assert github.find_check("acme/orders", HEAD, "cs-1") is None


@pytest.mark.parametrize("name", ["acme", "acme/..", "acme/orders/x", "acme/or ders", "../orders", "acme/orders?x"])
def test_a_name_that_is_no_repository_reaches_no_address(name):
    with pytest.raises(GitHubTrouble, match="not a repository's name"):
        paths.of_repository(name, "check-runs")
