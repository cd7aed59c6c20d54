"""Hostile content hurts its own child and nobody else; both ways of making children behave alike."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from countersign.adapters.children import Fork, Forkserver, runs, watched
from countersign.ports import Children, Died

HERE = Path(__file__).parent
MB = 1 << 20


@pytest.fixture(scope="module", autouse=True)
def _hostile_functions() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield


@pytest.fixture(scope="module")
def server(_hostile_functions: None) -> Iterator[Forkserver]:
    server = Forkserver(["yaml", "hostile.acts"], package="hostile")
    yield server
    server.close()


@pytest.fixture(params=["fork", "forkserver"])
def children(request: pytest.FixtureRequest, server: Forkserver) -> Children:
    return Fork("hostile") if request.param == "fork" else server


def act(children: Children, *items: str) -> list[object]:
    return children.run("hostile.acts:act", items)


def died(children: Children, item: str) -> Died:
    (answer,) = act(children, item)
    assert isinstance(answer, Died)
    return answer


def test_answers_come_in_the_order_of_the_items(children: Children) -> None:
    assert children.run("hostile.acts:double", [3, 1, 2]) == [6, 2, 4]


def test_no_items_start_no_child() -> None:
    assert Fork("nobody").run("nobody.here:function", []) == []


def test_an_exception_is_the_items_own_and_the_rest_go_on(children: Children) -> None:
    assert act(children, "well", "raise", "well") == ["well", Died("crash", "ZeroDivisionError: division by zero"), "well"]


@pytest.mark.parametrize(
    ("what", "detail"),
    [
        ("recurse", "RecursionError: maximum recursion depth exceeded"),
        ("segfault", "it was ended by SIGSEGV"),
        ("leave", "it ended without an answer (exit code 0)"),
        ("exit", "SystemExit: bye"),
        ("rude", "RudeError"),
        ("nan", "ValueError: Out of range float values are not JSON compliant"),
        ("set", "TypeError: Object of type set is not JSON serializable"),
        ("nested", "RecursionError: maximum recursion depth exceeded while encoding a JSON object"),
        ("long", "its answer is longer than 16 MB"),
        ("forge text", "its answer is not JSON (JSONDecodeError)"),
        ("forge", "its answer is not JSON (ValueError)"),
        ("write", "OSError: [Errno 27] File too large"),
    ],
)
def test_a_crash_says_what_happened(children: Children, what: str, detail: str) -> None:
    assert died(children, what) == Died("crash", detail)


def test_a_yaml_file_of_brackets_kills_only_its_child(server: Forkserver, monkeypatch: pytest.MonkeyPatch) -> None:
    # It dies by its own weight after a second or two; how it dies is looked at here, and not how fast this machine is.
    monkeypatch.setattr(runs, "ITEM_SECONDS", 60.0)
    monkeypatch.setattr(runs, "ALL_SECONDS", 120.0)
    assert act(server, "yaml", "well") == [Died("crash", "it was ended by SIGSEGV"), "well"]


@pytest.mark.parametrize("what", ["forever", "deaf", "grandchild"])
def test_an_endless_loop_is_killed_and_the_rest_go_on(children: Children, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(runs, "ITEM_SECONDS", 0.2)
    assert act(children, "well", what, "well") == ["well", Died("time", "not done after 0.2 s"), "well"]


def test_what_is_not_reached_in_time_is_no_pass(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ALL_SECONDS", 0.3)
    answers = act(children, "well", "forever", "well", "well")
    assert answers[0] == "well"
    assert [a.why for a in answers[1:] if isinstance(a, Died)] == ["time", "time", "time"]


def test_a_memory_hog_is_killed(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "MEMORY_BYTES", 64 * MB)
    assert act(children, "hog", "well") == [Died("memory", "took more than 64 MB of memory"), "well"]


def test_an_item_that_fails_once_is_tried_again_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    ask = watched.Watched.ask

    def killed_once(self: watched.Watched, item: bytes, seconds: float) -> dict[str, object]:
        asked.append(item)
        if len(asked) == 2:
            self.close()
            raise watched.Gone("memory", "an earlier item's")
        return ask(self, item, seconds)

    monkeypatch.setattr(watched.Watched, "ask", killed_once)
    assert Fork("hostile").run("hostile.acts:double", [1, 2, 3]) == [2, 4, 6]
    assert asked == [b"1\n", b"2\n", b"2\n", b"3\n"]


def test_the_limits_are_those_of_the_design() -> None:
    assert (runs.ITEM_SECONDS, runs.ALL_SECONDS, watched.MEMORY_BYTES, watched.LONGEST_ANSWER) == (2.0, 10.0, 512 * MB, 16 * MB)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_child_has_no_environment_no_files_and_a_session_of_its_own(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_SECRET", "s3cret")
    assert act(children, "surroundings") == [
        {
            "environment": {},
            "files": [0, 1, 2, 3, 4],
            "standard": [os.devnull] * 3,
            "session": True,
            "core": 0,
            "file size": 0,
        }
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_fork_servers_process_was_never_given_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_SECRET", "s3cret")
    server = Forkserver(package="hostile")
    try:
        (zygote,) = act(server, "parent")
        assert b"s3cret" not in Path(f"/proc/{zygote}/environ").read_bytes()
    finally:
        server.close()


def test_text_that_is_no_unicode_comes_back_as_it_was(children: Children) -> None:
    assert act(children, "surrogate") == ["\udcff"]


@pytest.mark.parametrize(
    "function", ["os:system", "countersign", "hostilely.acts:act", "hostile.acts:act()", "hostile.acts:act.x", "hostile:x"]
)
def test_only_functions_of_the_package_are_run(children: Children, function: str) -> None:
    with pytest.raises(ValueError, match="is not a function of the package hostile"):
        children.run(function, ["well"])


def test_a_function_that_is_not_there_is_no_items_fault(children: Children) -> None:
    with pytest.raises(RuntimeError, match=r"could not import hostile.nothing:act: ModuleNotFoundError"):
        children.run("hostile.nothing:act", ["well"])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_is_left_behind(children: Children) -> None:
    act(children, "well")
    before = len(list(Path("/proc/self/fd").iterdir()))
    act(children, "leave", "segfault", "raise", "well")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert dead_children() == []


def dead_children() -> list[str]:
    """Processes of ours that have ended and that nobody has waited for."""
    of_all = [status.read_text().rpartition(")")[2].split() for status in Path("/proc").glob("[0-9]*/stat")]
    return [state for state, parent, *_ in of_all if state == "Z" and int(parent) == os.getpid()]


def test_threads_get_their_own_answers(server: Forkserver) -> None:
    answers: dict[int, list[object]] = {}

    def ask(number: int) -> None:
        answers[number] = server.run("hostile.acts:double", [number] * 20)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [2 * number] * 20 for number in range(8)}


def test_a_fork_server_whose_process_died_starts_another(server: Forkserver) -> None:
    (zygote,) = act(server, "parent")
    assert isinstance(zygote, int)
    os.kill(zygote, 9)
    os.waitid(os.P_PID, zygote, os.WEXITED | os.WNOWAIT)
    (another,) = act(server, "parent")
    assert another != zygote


@pytest.mark.parametrize("which", ["Fork(package='hostile')", "Forkserver(package='hostile')"])
def test_children_work_where_the_standard_streams_are_closed(tmp_path: Path, which: str) -> None:
    said = tmp_path / "said"
    program = (
        "import os, sys; os.closerange(0, 3); sys.path.insert(0, sys.argv[1]); "
        "from countersign.adapters.children import Fork, Forkserver; "
        f"answers = {which}.run('hostile.acts:act', ['well', 'leave', 'well']); open(sys.argv[2], 'w').write(repr(answers))"
    )
    subprocess.run([sys.executable, "-c", program, str(HERE), str(said)], check=True)
    assert said.read_text() == "['well', Died(why='crash', detail='it ended without an answer (exit code 0)'), 'well']"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted as Linux shows them")
def test_what_the_fork_server_imports_first_starts_no_thread_and_leaves_no_import_to_the_children() -> None:
    said = "import os, sys, countersign.services.preload as p; print(len(os.listdir('/proc/self/task')), 'pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True).stdout == "1 True\n"
