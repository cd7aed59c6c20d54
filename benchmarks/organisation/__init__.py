"""A simulated organisation, run through the real services for a day: are GitHub's limits kept, and is nobody asked in vain?

- `plan`: the organisation and what its pull requests do, from a seed; and an oracle of its own of who is hit by a change.
- `trees`: Git in memory (`ports.Git`): 500 small repositories in which thousands of pull requests are opened and merged.
- `github`: GitHub as a meter (`ports.GitHub`): what each call costs, and GitHub's refusal where a limit is passed.
- `worker`: the real services on a real database, driven by the simulation's clock.
- `house`: all of that put together, and what people can do in it.
- `day`: what people do: propose, push again, approve, keep silent, object, override, merge.
- `figures`: what is printed, and what must hold.
"""

from benchmarks.organisation.day import simulate
from benchmarks.organisation.figures import Outcome, report

__all__ = ["Outcome", "report", "simulate"]
