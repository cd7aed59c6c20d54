"""What the processes write about themselves."""

from __future__ import annotations

import logging
import sys


def configure_logs(*, quiet: bool = False) -> None:
    """A JSON line an event on standard error; plain lines on a terminal. Tracebacks show no values, which may be secrets.

    quiet: only what went wrong.
    """
    import structlog

    plain = sys.stderr.isatty()
    shown: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if plain
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.DEBUG),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *shown,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def log_call(method: str, path: str, status: int, seconds: float) -> None:
    import structlog

    structlog.get_logger().info("github-call", method=method, path=path, status=status, seconds=round(seconds, 3))
