from random import Random

import pytest

from gpuplan import Timeline


def filled(*bookings):
    timeline = Timeline(100)
    for number, (start, end, gpus) in enumerate(bookings):
        timeline.reserve(f"job {number}", start, end, gpus)
    return timeline


def steps(timeline, start, end):
    return [(each.start, each.end, each.gpus) for each in timeline.steps(start, end)]


def staircase():
    # 3 from 10 on, 5 from 20, 2 from 30, none from 40, 4 from 50 to 60.
    return filled((10, 30, 3), (20, 40, 2), (50, 60, 4))


@pytest.mark.parametrize(
    "window, found",
    [
        (
            (0, 70),
            [
                (0, 10, 0),
                (10, 20, 3),
                (20, 30, 5),
                (30, 40, 2),
                (40, 50, 0),
                (50, 60, 4),
                (60, 70, 0),
            ],
        ),
        ((10, 60), [(10, 20, 3), (20, 30, 5), (30, 40, 2), (40, 50, 0), (50, 60, 4)]),
        ((15, 35), [(15, 20, 3), (20, 30, 5), (30, 35, 2)]),
        ((20, 30), [(20, 30, 5)]),
        ((22, 23), [(22, 23, 5)]),
        ((41, 49), [(41, 49, 0)]),
        ((-9, -5), [(-9, -5, 0)]),
        ((60, 90), [(60, 90, 0)]),
        ((19, 21), [(19, 20, 3), (20, 21, 5)]),
    ],
)
def test_a_window_is_covered_from_its_start_to_its_end(window, found):
    assert steps(staircase(), *window) == found


def test_an_empty_timeline_is_one_step():
    assert steps(Timeline(1), -5, 5) == [(-5, 5, 0)]


@pytest.mark.parametrize(
    "bookings, found",
    [
        ([(0, 10, 3), (10, 20, 3)], [(0, 20, 3)]),
        ([(10, 20, 3), (0, 10, 3)], [(0, 20, 3)]),
        ([(0, 10, 3), (10, 20, 1), (10, 20, 2)], [(0, 20, 3)]),
        ([(0, 20, 1), (5, 10, 2), (10, 20, 2)], [(0, 5, 1), (5, 20, 3)]),
        ([(0, 10, 1), (0, 10, 1), (10, 20, 2)], [(0, 20, 2)]),
        ([(0, 5, 2), (15, 20, 2), (5, 15, 2)], [(0, 20, 2)]),
    ],
)
def test_steps_next_to_each_other_differ(bookings, found):
    assert steps(filled(*bookings), 0, 20) == found


@pytest.mark.parametrize(
    "window, most",
    [
        ((0, 70), 5),
        ((0, 20), 3),
        ((0, 21), 5),
        ((30, 70), 4),
        ((29, 30), 5),
        ((30, 50), 2),
        ((35, 50), 2),
        ((40, 50), 0),
        ((60, 61), 0),
        ((-5, 10), 0),
    ],
)
def test_the_peak_of_a_window(window, most):
    assert staircase().peak(*window) == most


@pytest.mark.parametrize("window", [(5, 5), (5, 4), (25, 20)])
@pytest.mark.parametrize("call", ["steps", "peak"])
def test_a_window_takes_some_time(window, call):
    with pytest.raises(ValueError):
        getattr(staircase(), call)(*window)


def test_what_is_handed_out_belongs_to_the_caller():
    timeline = staircase()
    timeline.steps(0, 70).clear()
    timeline.bookings().clear()
    assert len(timeline.steps(0, 70)) == 7
    assert len(timeline.bookings()) == 3


@pytest.mark.parametrize("seed", range(3))
def test_any_load_as_with_a_cell_for_each_moment(seed):
    chance = Random(seed)
    timeline, cells = Timeline(999), [0] * 60
    for number in range(25):
        start = chance.randrange(5, 50)
        end = chance.randint(start + 1, 55)
        timeline.reserve(f"{number}", start, end, gpus := chance.randint(1, 3))
        for at in range(start, end):
            cells[at] += gpus
        low = chance.randrange(55)
        high = chance.randint(low + 1, 60)
        found = steps(timeline, low, high)
        assert [gpus for begin, end, gpus in found for _ in range(begin, end)] == cells[
            low:high
        ]
        assert all(
            a[1] == b[0] and a[2] != b[2]
            for a, b in zip(found, found[1:], strict=False)
        )
        assert timeline.peak(low, high) == max(cells[low:high])
