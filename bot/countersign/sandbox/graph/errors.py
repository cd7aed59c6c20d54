"""What a query cannot have."""


class Unresolved(Exception):
    """kind: GitHub's ``type`` of the error, such as NOT_FOUND."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
