from random import Random

import pytest

from gpuplan import Timeline, advice


def loaded(*levels, begin=0, width=10):
    """A timeline with these levels one after the other."""
    timeline = Timeline(1000)
    for number, gpus in enumerate(levels):
        if gpus:
            start = begin + number * width
            timeline.reserve(f"job {number}", start, start + width, gpus)
    return timeline


def dips(timeline, start, end):
    return [(each.start, each.end, each.gpus) for each in timeline.dips(start, end)]


@pytest.mark.parametrize(
    "levels, found",
    [
        ([], []),
        ([5], []),
        ([5, 5, 5], []),
        ([1, 2, 3, 4], []),
        ([4, 3, 2, 1], []),
        ([1, 3, 5, 4, 2], []),
        ([5, 0, 5], [(10, 20, 5)]),
        ([5, 2, 3], [(10, 20, 1)]),
        ([3, 2, 5], [(10, 20, 1)]),
        ([5, 2, 2, 4], [(10, 30, 2)]),
        ([5, 1, 2, 0, 4], [(10, 20, 3), (20, 30, 2), (30, 40, 4)]),
        ([5, 1, 3, 1, 5], [(10, 20, 4), (20, 30, 2), (30, 40, 4)]),
        ([2, 1, 9, 1, 3], [(10, 20, 1), (30, 40, 2)]),
        ([9, 1, 2, 1, 3], [(10, 20, 2), (20, 30, 1), (30, 40, 2)]),
        ([3, 0, 0, 2, 0, 4], [(10, 30, 3), (30, 40, 1), (40, 50, 3)]),
        ([0, 4, 0, 4, 0], [(20, 30, 4)]),
        ([4, 2, 4, 1, 4], [(10, 20, 2), (30, 40, 3)]),
    ],
)
def test_room_between_the_peaks(levels, found):
    timeline = loaded(*levels)
    assert dips(timeline, -20, 200) == found
    assert timeline.headroom(-20, 200) == sum(
        (end - start) * gpus for start, end, gpus in found
    )


@pytest.mark.parametrize(
    "window, found",
    [
        ((0, 70), [(10, 20, 4), (20, 30, 2), (30, 40, 5), (50, 60, 2)]),
        ((0, 40), [(10, 20, 2)]),
        ((0, 41), [(10, 20, 4), (20, 30, 2), (30, 40, 5)]),
        ((15, 70), [(30, 40, 3), (50, 60, 2)]),
        ((9, 25), [(10, 20, 2)]),
        ((25, 55), [(30, 40, 3)]),
        ((29, 45), [(30, 40, 3)]),
        ((45, 65), [(50, 60, 2)]),
        ((10, 20), []),
        ((12, 13), []),
        ((30, 60), []),
        ((-50, -20), []),
    ],
)
def test_only_the_window_counts(window, found):
    timeline = loaded(5, 1, 3, 0, 6, 2, 4)
    expected = [
        (max(start, window[0]), min(end, window[1]), gpus) for start, end, gpus in found
    ]
    assert dips(timeline, *window) == expected
    assert timeline.headroom(*window) == sum(
        (end - start) * gpus for start, end, gpus in expected
    )


def test_room_is_counted_by_its_time():
    timeline = Timeline(1000)
    timeline.reserve("morning", -100, -99, 7)
    timeline.reserve("noon", -50, -20, 2)
    timeline.reserve("evening", 900, 901, 5)
    assert dips(timeline, -200, 1000) == [(-99, -50, 5), (-50, -20, 3), (-20, 900, 5)]
    assert timeline.headroom(-200, 1000) == 49 * 5 + 30 * 3 + 920 * 5


def test_filler_that_was_booked_leaves_no_room():
    timeline = loaded(5, 1, 3, 0, 6, 2, 4)
    for number, (start, end, gpus) in enumerate(dips(timeline, 0, 70)):
        timeline.reserve(f"filler {number}", start, end, gpus)
    assert dips(timeline, 0, 70) == []
    assert timeline.headroom(0, 70) == 0
    assert timeline.peak(0, 70) == 6


@pytest.mark.parametrize("window", [(5, 5), (5, 4)])
@pytest.mark.parametrize("call", ["dips", "headroom"])
def test_a_window_takes_some_time(window, call):
    with pytest.raises(ValueError):
        getattr(loaded(5, 1, 3), call)(*window)


def test_a_note_for_the_operator():
    timeline = loaded(6, 0, 4, width=3600)
    assert advice(timeline, 0, 10_800) == (
        "Filler work: 14400 GPU-seconds.\n  1:00:00 - 2:00:00  4 GPUs\n"
    )
    assert advice(timeline, 0, 7200) == "No filler work: the load has no dip.\n"


@pytest.mark.parametrize("seed", range(4))
def test_any_load_as_with_a_cell_for_each_moment(seed):
    chance = Random(seed)
    levels = [chance.choice([0, 0, 1, 2, 3, 5, 8]) for _ in range(25)]
    timeline = loaded(*levels, width=1)
    for _ in range(12):
        low = chance.randrange(-3, 24)
        high = chance.randint(low + 1, 29)
        cells = [levels[at] if 0 <= at < 25 else 0 for at in range(low, high)]
        room = [
            min(max(cells[: at + 1]), max(cells[at:])) - cells[at]
            for at in range(len(cells))
        ]
        found = dips(timeline, low, high)
        assert timeline.headroom(low, high) == sum(room)
        filled = {at: gpus for start, end, gpus in found for at in range(start, end)}
        assert filled == {low + at: gpus for at, gpus in enumerate(room) if gpus}
        assert all(
            a[1] < b[0] or a[2] != b[2] for a, b in zip(found, found[1:], strict=False)
        )
