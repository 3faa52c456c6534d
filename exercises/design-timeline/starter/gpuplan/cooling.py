"""What the timeline means for the chillers in the cellar."""

from gpuplan.report import clock
from gpuplan.timeline import Timeline


def advice(timeline: Timeline, start: int, end: int) -> str:
    """Return a note for the operator: how much filler work to start in a window, where."""
    dips = timeline.dips(start, end)
    if not dips:
        return "No filler work: the load has no dip.\n"
    lines = [f"Filler work: {timeline.headroom(start, end)} GPU-seconds.\n"]
    lines += [
        f"  {clock(dip.start - start)} - {clock(dip.end - start)}  {dip.gpus} GPUs\n"
        for dip in dips
    ]
    return "".join(lines)
