"""`worksample report`: make the report again from its scorecard, and say where it is."""

from __future__ import annotations

from pathlib import Path

from harness import console, history
from harness.errors import UsageProblem, WorkspaceProblem
from harness.evaluate import scorecard_from_json
from harness.files import write_atomically
from harness.report import render
from harness.workspace import find_workspace


def report(
    directory: Path,
    *,
    exercise_id: str | None,
    number: int | None,
    output: Path | None,
    open_it: bool,
    as_json: bool,
) -> int:
    """From the workspace around `directory`, or from the history where an exercise is named."""
    if exercise_id is None:
        workspace = find_workspace(directory)
        source = workspace.scorecard
        try:
            text: bytes | str = source.read_bytes()
        except FileNotFoundError:
            raise WorkspaceProblem(
                "this attempt has no score yet", "make one: worksample score"
            ) from None
        target = output or workspace.report
        name = str(source)
    else:
        text, name = _from_history(exercise_id, number)
        target = output or Path.cwd() / f"{exercise_id}-report.html"
    page = render(scorecard_from_json(text, name))
    try:
        write_atomically(target, page.encode())
    except OSError as error:
        raise WorkspaceProblem(
            f"{target} can't be written: {error.strerror}", "choose another place: -o FILE"
        ) from None
    if as_json:
        console.out_json({"report": str(target.resolve())})
    else:
        console.out(f"Report  {target}")
    if open_it:
        import webbrowser

        webbrowser.open(target.resolve().as_uri())
    return 0


def _from_history(exercise_id: str, number: int | None) -> tuple[str, str]:
    scored = [each for each in history.entries(exercise_id) if each.total is not None]
    numbers = [each.number for each in scored]
    if not numbers:
        raise UsageProblem(
            f"there is no scored attempt at '{exercise_id}'",
            "see what there is: worksample history",
        )
    wanted = numbers[-1] if number is None else number
    text = history.scorecard(exercise_id, wanted) if wanted in numbers else None
    if text is None:
        raise UsageProblem(
            f"attempt {wanted} at '{exercise_id}' is not scored",
            f"scored are: {', '.join(map(str, numbers))}",
        )
    return text, f"the history of {exercise_id}"
