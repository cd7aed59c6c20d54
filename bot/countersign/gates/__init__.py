"""The gates: pure functions of facts, policy and the time. `pull_request.judge` is the first to read."""
