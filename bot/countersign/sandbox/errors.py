"""What the API refuses, in GitHub's shape."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An HTTP answer other than success: ``status``, a message, and GitHub's ``errors`` list where it has one."""

    def __init__(self, status: int, message: str, errors: list[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """GitHub's basic-error, or validation-error if there are single errors."""
        answer: dict[str, Any] = {"message": self.message, "documentation_url": "https://docs.github.com/rest", "status": str(self.status)}
        if self.errors is not None:
            answer["errors"] = self.errors
        return answer


def not_found() -> Refused:
    """GitHub answers 404 also for what the caller may not know about."""
    return Refused(404, "Not Found")


def forbidden(message: str = "Resource not accessible by integration") -> Refused:
    return Refused(403, message)


def unprocessable(message: str, *errors: Any) -> Refused:
    return Refused(422, message, list(errors) or None)


def invalid(resource: str, field: str, message: str) -> Refused:
    """422 with one ``custom`` error, as GitHub words them."""
    return Refused(422, "Validation Failed", [{"resource": resource, "field": field, "code": "custom", "message": message}])
