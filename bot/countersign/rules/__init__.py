"""Change -> findings. A rule is an id, one small function, its page (the docstring) and its cases (`cases/<id>.yaml`).

To add a rule: write the function in the module of its theme, name it in `table`, write its cases.
An id is never used twice: a rule that comes to mean something else gets a new id (GATE §4), or old signatures would count for it.
"""

from __future__ import annotations

from countersign.rules.judging import judge, judge_version, report
from countersign.rules.rule import Judgement, Rule
from countersign.rules.table import RULES

__all__ = ["RULES", "Judgement", "Rule", "judge", "judge_version", "report"]
