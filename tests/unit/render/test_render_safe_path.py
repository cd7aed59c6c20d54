"""The safe path as a comment: what a contract says cannot shape it, and it never grows past what GitHub takes."""

from __future__ import annotations

from countersign.model.safe_path import Left, Obstacle, PatchedContract, PatchedFile, SafePath, Step
from countersign.render.safe_path import MOST_LINES, diff_lines, safe_path_comment, safe_path_text


def path(before: str, after: str, *, steps: tuple[Step, ...] = (), left: tuple[Left, ...] = ()) -> SafePath:
    files = (PatchedFile(file="orders.odcs.yaml", before=before, after=after),) if before != after else ()
    contract = PatchedContract(contract="orders", file="orders.odcs.yaml", remove_after="2026-04-01", steps=steps, left=left)
    return SafePath(files=files, contracts=(contract,))


def test_no_line_of_a_contract_closes_the_block_or_pings_anybody() -> None:
    text = safe_path_comment(path("a\n", "a\n```\n@acme/everybody\n"), number=7, base="main")
    assert "\n````diff\n" in text and text.count("````") == 2
    assert text.index("@acme/everybody") < text.rindex("````")


def test_names_of_a_contract_are_shown_as_code() -> None:
    step = Step(path=("orders", "[a](http://evil) @acme/x"), beside="**b**")
    assert "`orders.[a](http://evil) @acme/x` stays as it was" in safe_path_comment(
        path("a\n", "b\n", steps=(step,)), number=7, base="main"
    )


def test_hidden_characters_are_seen_and_white_space_stays() -> None:
    assert diff_lines(path("a\n", "a\n  b\t\u202ec\n").files)[-1] == "+  b\t⟨U+202E⟩c"


def test_a_last_line_without_an_end_is_said_as_git_says_it() -> None:
    assert diff_lines(path("a\n", "a\nb").files)[-2:] == ["+b", "\\ No newline at end of file"]


def test_a_long_patch_is_cut_and_says_how_to_get_the_rest() -> None:
    text = safe_path_comment(path("", "".join(f"{number}\n" for number in range(5000))), number=7, base="main")
    assert len(text) < 20_000
    assert f"The other {5003 - MOST_LINES} lines: run the commands below." in text


def test_an_end_that_is_announced_already_is_said() -> None:
    found = path("a\n", "b\n", steps=(Step(path=("orders", "region"), announced=True),))
    assert "`orders.region` is put back. Its end is announced already." in safe_path_text(found, written=False)


def test_every_reason_has_a_sentence() -> None:
    for why in Obstacle:
        left = Left(fingerprint="F", rule="grain-changed", path=("orders",), why=why)
        text = safe_path_comment(path("", "", left=(left,)), number=7, base="main")
        assert text.startswith("**Safe path.** There is no patch here that breaks nobody.") and "- `orders` (grain-changed): " in text


def test_where_nothing_breaks_there_is_nothing_to_patch() -> None:
    assert safe_path_comment(SafePath(), number=7, base="main").endswith("so there is nothing to patch.")
    assert safe_path_text(SafePath(), written=False) == "Nothing here breaks a reader."
