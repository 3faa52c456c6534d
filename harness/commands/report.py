"""`worksample report`: make the report again from its scorecard, and say where it is."""

from __future__ import annotations

from pathlib import Path

from harness import console, history
from harness.attempt import Attempt
from harness.errors import UsageProblem, WorkspaceProblem, problem_with
from harness.evaluate import enter_in_history, scorecard_from_json
from harness.files import remove_unfinished, write_atomically
from harness.report import render
from harness.workspace import Workspace, find_workspace


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
        target = _of_workspace(find_workspace(directory), output)
    else:
        text, name = _from_history(exercise_id, number)
        target = output or Path.cwd() / f"{exercise_id}-report.html"
        _write(target, text, name)
    if as_json:
        console.out_json({"report": str(target.resolve())})
    else:
        console.out(f"Report  {target}")
    if open_it:
        import webbrowser

        webbrowser.open(target.resolve().as_uri())
    return 0


def _of_workspace(workspace: Workspace, output: Path | None) -> Path:
    """Write the report of the workspace's score; where it went."""
    attempt = _attempt(workspace)
    if attempt is not None:
        # Who was told that the history could not take the score comes here.
        for warning in enter_in_history(workspace, attempt):
            console.warn(warning)
    if output is not None:
        _write(output, *_scorecard(workspace, attempt))
        return output
    with workspace.journal.lock():
        remove_unfinished(workspace.report)
        _write(workspace.report, *_scorecard(workspace, attempt))
    return workspace.report


def _attempt(workspace: Workspace) -> Attempt | None:
    try:
        return workspace.journal.read()
    except WorkspaceProblem:
        # It is damaged, which other commands tell; a report can be made without it.
        return None


def _scorecard(workspace: Workspace, attempt: Attempt | None) -> tuple[bytes, str]:
    """The scorecard and its name; if it is lost, the history may have it still."""
    source = workspace.scorecard
    scored = attempt is not None and attempt.official is not None
    again = ["make a new one: worksample score"]
    if attempt is not None and scored:
        plan = attempt.plan
        again = [f"the history has it: worksample report {plan.exercise} --attempt {plan.number}"]
    try:
        text = source.read_bytes()
        scorecard_from_json(text, str(source))
    except FileNotFoundError:
        if attempt is None:
            # Is there none, or is it lost? That the journal could not tell is what to tell.
            workspace.journal.read()
        if scored:
            raise WorkspaceProblem(f"the scorecard {source} is gone", *again) from None
        raise WorkspaceProblem(
            "this attempt has no score yet", "make one: worksample score"
        ) from None
    except OSError as error:
        raise WorkspaceProblem(f"{source} can't be read: {error.strerror}", *again) from None
    except WorkspaceProblem as problem:
        raise WorkspaceProblem(problem.message, *again) from None
    return text, str(source)


def _write(target: Path, scorecard: bytes | str, name: str) -> None:
    page = render(scorecard_from_json(scorecard, name))
    try:
        write_atomically(target, page.encode())
    except OSError as error:
        raise problem_with(error)(
            f"{target} can't be written: {error.strerror}", "choose another place: -o FILE"
        ) from None


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
