"""A whole batch held to a plan: Polars expressions over columns, and where columns cannot say it, the records themselves."""

from countersign.guard.batches.checker import BatchChecker, compile_batch
from countersign.guard.batches.result import BatchResult, Found, RowViolation
from countersign.guard.batches.sources import ENCODINGS, NotReadable, Source, open_file

__all__ = ["ENCODINGS", "BatchChecker", "BatchResult", "Found", "NotReadable", "RowViolation", "Source", "compile_batch", "open_file"]
