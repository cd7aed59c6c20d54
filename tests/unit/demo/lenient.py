"""Countersign with one rule broken on purpose: whatever was approved, at whichever commit, signs what stands now."""

from __future__ import annotations

import sys

from countersign.demo.app import main
from countersign.gates.signatures import Reviews

if __name__ == "__main__":
    Reviews.why_not = lambda self, review, finding: None  # type: ignore[method-assign]  # that is the break
    sys.exit(main())
