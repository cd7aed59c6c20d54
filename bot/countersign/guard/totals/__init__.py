"""Control totals: the producer numbers what it sends, the guard says what of it is missing, double or late. Exactly, not by statistics."""

from countersign.guard.totals.batch import BatchManifest, BatchWriter
from countersign.guard.totals.counting import Losses, Totals
from countersign.guard.totals.numbering import Numbering
from countersign.guard.totals.stamp import HEADER, Manifest, Stamp, stamp_of, without_stamp
from countersign.guard.totals.windows import Windows

__all__ = [
    "HEADER",
    "BatchManifest",
    "BatchWriter",
    "Losses",
    "Manifest",
    "Numbering",
    "Stamp",
    "Totals",
    "Windows",
    "stamp_of",
    "without_stamp",
]
