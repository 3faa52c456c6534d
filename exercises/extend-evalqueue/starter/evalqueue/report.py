"""What people read about a queue."""

from collections import defaultdict
from collections.abc import Iterator

from evalqueue.journal import Journal, Record
from evalqueue.queue import EvalQueue
from evalqueue.storage import Storage


def summary(queue: EvalQueue) -> str:
    """Return a table with the mean score of each variant on each suite.

    A suite that is not over says how many of its jobs have a score: `71.50 (2/3)`.
    """
    results = queue.results()
    submitted: dict[tuple[str, str], int] = defaultdict(int)
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    for job in queue.jobs():
        cell = (job.suite, job.variant)
        submitted[cell] += 1
        if job.id in results:
            scores[cell].append(results[job.id])
    lines = []
    for cell in sorted(submitted):
        suite, variant = cell
        lines.append(f"{suite}  {variant}  {_mean(scores[cell], submitted[cell])}")
    return "\n".join(lines)


def _mean(scores: list[float], submitted: int) -> str:
    """Return the mean of some scores as text, and how many there are if some lack."""
    if not scores:
        return f"- (0/{submitted})"
    text = f"{sum(scores) / len(scores):.2f}"
    return text if len(scores) == submitted else f"{text} ({len(scores)}/{submitted})"


def timeline(storage: Storage, job_id: str) -> list[str]:
    """Return what the journal says about a job, for whoever is on call.

    It names whatever the journal holds, kinds of records that it has never heard of
    included. What happened to a whole suite is told of each of its jobs.
    """
    return [_line(record) for record in _about(Journal(storage).history(), job_id)]


def _about(records: list[Record], job_id: str) -> Iterator[Record]:
    """Yield the records that concern a job."""
    suite = None
    for record in records:
        if record.fields.get("id") == job_id:
            suite = record.fields["suite"]
            yield record
            continue
        of_suite = record.op == "cancel" and record.fields["suite"] == suite
        if of_suite or record.fields.get("job") == job_id:
            yield record


def _line(record: Record) -> str:
    details = [
        f"{name}={value}"
        for name, value in sorted(record.fields.items())
        if name not in ("id", "job")
    ]
    return " ".join([f"{record.at:.3f}", record.op, *details])
