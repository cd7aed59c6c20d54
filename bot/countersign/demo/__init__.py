"""The main job, played on the sandbox as people would do it, and left open to try by hand.

`people` and `play` know only the sandbox's HTTP and Git addresses. `launch` starts the sandbox and Countersign as processes of their own;
`app` is Countersign's process: the only place where a calendar that can be moved is wired.
"""
