"""A repository's own history, judged as if the gate had been there: no policy, no contract, no server.

`looking` finds the schema files that each merge changed, `judging` compares their versions in bounded child processes (`pair`), and
`aftermath` finds what was taken back later.
"""

from countersign.services.backtest.backtest import NothingToJudge, backtest

__all__ = ["NothingToJudge", "backtest"]
