"""``GET /metrics``: operations and scores for Prometheus. docs/operations.md lists the alerts to set on them.

What has happened is counted by each process; how things stand is read from the database, the same by every process, whenever one is asked.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from flask import Blueprint, Flask, Response, abort, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from countersign import __version__
from countersign.model.operations import Operations
from countersign.model.score import Score
from countersign.web.pages.site import LOOPBACK_HOSTS, came_through_proxy
from countersign.web.webhooks import trusted_host

#: Seconds; GitHub shows a check as late after some ten.
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
#: Addresses that machines send to, as the label ``to`` has them: name of the view -> what comes in.
_TAKEN = {"webhooks.receive": "github", "guards.report": "guard", "lineage.receive": "lineage", "pager.receive": "pagerduty"}

#: Gauges of a domain: name, help, value; None is left out.
_SCORES: tuple[tuple[str, str, Callable[[Score], float | None]], ...] = (
    ("caught", "Breaking findings that the gate first held back this quarter", lambda one: one.caught),
    ("escaped", "Violations that escaped this quarter", lambda one: one.escaped),
    ("acknowledge_median_seconds", "Median time to acknowledge incidents of this quarter", lambda one: _seconds(one.acknowledge.median)),
    ("resolve_median_seconds", "Median time to resolve incidents of this quarter", lambda one: _seconds(one.resolve.median)),
    ("debts_open", "Debts to readers that nobody has paid", lambda one: one.debts.still),
    ("waiting_hours", "Hours that pull requests waited for readers this quarter", lambda one: one.waited_hours),
    ("enforced_repositories", "Repositories whose gate cannot be passed", lambda one: one.ready if one.repositories else None),
    ("audited_repositories", "Repositories with contracts that the last audit looked at", lambda one: one.repositories),
)


class Meters:
    """The numbers of this process, in a registry of its own. Safe to be used by several threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        Info("countersign_build", "The version that runs", registry=self.registry).info({"version": __version__})
        self._taken = Counter(
            "countersign_deliveries", "Deliveries that came in, by what became of them", ["to", "outcome"], registry=self.registry
        )
        self._judged = Counter("countersign_judgements", "Checks that were decided", ["decision"], registry=self.registry)
        self._judging = Histogram("countersign_judgement_seconds", "Time to decide a check", registry=self.registry, buckets=_SECONDS)
        self._jobs = Histogram("countersign_job_plan_seconds", "Time to plan a job", ["job"], registry=self.registry, buckets=_SECONDS)
        self._github = Counter("countersign_github_requests", "Requests to GitHub's API, by status", ["status"], registry=self.registry)
        self._left = Gauge(
            "countersign_github_rate_limit_remaining",
            "Requests that GitHub still allows, by its last answer",
            ["resource"],
            registry=self.registry,
        )

    def watch(self, ask: Callable[[], Operations]) -> None:
        """ask: how the work stands, whenever somebody scrapes."""
        self.registry.register(_Standing(ask))

    def taken(self, to: str, outcome: str) -> None:
        self._taken.labels(to, outcome).inc()

    def judged(self, decision: str, seconds: float) -> None:
        """decision: as GitHub has it, ``success`` or ``failure``, or ``pending``."""
        self._judged.labels(decision).inc()
        self._judging.observe(seconds)

    def planned(self, job: str, seconds: float) -> None:
        self._jobs.labels(job).observe(seconds)

    def called(self, status: int) -> None:
        """status: 0 where there was no answer."""
        self._github.labels(str(status)).inc()

    def left(self, resource: str, requests: int) -> None:
        self._left.labels(resource).set(requests)


class _Standing:
    """A collector, as prometheus_client asks for one."""

    def __init__(self, ask: Callable[[], Operations]) -> None:
        self._ask = ask

    def describe(self) -> Iterator[Metric]:
        """Nothing is asked while the process starts."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        found = self._ask()
        yield _by("countersign_jobs", "Jobs by state", "state", found.jobs)
        yield _by("countersign_incidents_open", "Incidents that are not over, by state", "state", found.incidents)
        yield _by("countersign_guard_silence_seconds", "Time since the guards of a contract were heard of", "contract", found.guards)
        yield GaugeMetricFamily("countersign_ledger_entries", "Entries that were ever written to the ledger", value=found.ledger)
        for name, about, value_of in _SCORES:
            values = {one.domain: value for one in found.scores if (value := value_of(one)) is not None}
            yield _by(f"countersign_score_{name}", about, "domain", values)


def blueprint(meters: Meters, token: str) -> Blueprint:
    """token: what a scraper shows as ``Authorization: Bearer``; without one only this machine is answered, and nothing through a proxy."""
    routes = Blueprint("metrics", __name__)

    @routes.get("/metrics")
    def scrape() -> Response:
        if token:
            shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(shown.encode(), token.encode()):
                abort(401, "Show the token of COUNTERSIGN_METRICS_TOKEN as Authorization: Bearer.")
        else:
            trusted_host(LOOPBACK_HOSTS)
            if came_through_proxy():
                abort(403, "This came through a proxy. Set COUNTERSIGN_METRICS_TOKEN, and have the scraper show it.")
        return Response(generate_latest(meters.registry), content_type=CONTENT_TYPE_LATEST)

    return routes


def count_deliveries(app: Flask, meters: Meters) -> None:
    """Every answer to a machine that sends something is counted."""

    @app.after_request
    def counted(response: Response) -> Response:
        to = _TAKEN.get(request.endpoint or "")
        if to:
            meters.taken(to, _outcome(response.status_code))
        return response


def _outcome(status: int) -> str:
    if status < 300:
        return "stored"
    return "refused" if status < 500 else "not-stored"


def _by(name: str, about: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None
