from random import Random

import pytest

from gpuplan import Job, Planner, Timeline


def filled(*bookings):
    timeline = Timeline(10)
    for number, (start, end, gpus) in enumerate(bookings):
        timeline.reserve(f"job {number}", start, end, gpus)
    return timeline


@pytest.mark.parametrize(
    "gpus, duration, after, start",
    [
        (1, 100, 0, 0),
        (4, 10, 0, 0),
        (4, 11, 0, 0),
        (5, 10, 0, 0),
        (5, 11, 0, 40),
        (5, 10, 1, 40),
        (4, 20, 5, 5),
        (4, 25, 0, 0),
        (4, 26, 0, 40),
        (4, 21, 40, 40),
        (4, 35, 0, 40),
        (4, 30, 15, 40),
        (2, 20, 20, 20),
        (3, 20, 15, 40),
        (7, 10, 0, 0),
        (7, 10, 5, 40),
        (7, 20, 0, 40),
        (7, 21, 0, 70),
        (8, 10, 20, 40),
        (10, 20, 1, 40),
        (10, 5, 41, 41),
        (10, 20, 41, 70),
        (9, 1, 69, 70),
        (10, 50, 200, 200),
        (9, 3, -3, -3),
        (9, 14, -3, 40),
    ],
)
def test_the_first_start_at_which_it_fits(gpus, duration, after, start):
    # In use: 6 from 10, 6 from 20, 8 from 25, none from 40, 4 from 60 to 70.
    timeline = filled((10, 20, 6), (20, 40, 6), (25, 40, 2), (60, 70, 4))
    assert timeline.earliest(gpus, duration, after) == start


def test_a_hole_of_several_steps():
    timeline = filled((0, 10, 9), (10, 20, 2), (20, 30, 5), (30, 40, 3), (40, 50, 9))
    assert timeline.earliest(5, 30, 0) == 10
    assert timeline.earliest(5, 31, 0) == 50
    assert timeline.earliest(6, 10, 0) == 10
    assert timeline.earliest(6, 11, 0) == 50
    assert timeline.earliest(6, 10, 11) == 30


def test_what_is_too_large_never_fits():
    assert Timeline(10).earliest(11, 1, 0) is None
    assert Timeline(10).earliest(10, 1, 0) == 0
    assert filled((0, 10, 1)).earliest(12, 1, 50) is None


@pytest.mark.parametrize("gpus, duration", [(0, 1), (-1, 1), (1, 0), (1, -5), (0, 0)])
def test_what_takes_no_time_or_no_gpus(gpus, duration):
    with pytest.raises(ValueError):
        Timeline(10).earliest(gpus, duration, 0)


def test_nothing_is_booked():
    timeline = filled((0, 10, 9))
    for _ in range(3):
        assert timeline.earliest(5, 10, 0) == 10
    assert len(timeline.bookings()) == 1


def test_the_planner_fills_holes():
    planner = Planner(Timeline(8))
    jobs = [
        Job("train", 6, 100),
        Job("tune", 4, 50),
        Job("eval", 2, 30),
        Job("late", 1, 10, earliest=95),
        Job("xxl", 9, 1),
        Job("small", 1, 60),
    ]
    booked, left = planner.submit_all(jobs, now=0)
    assert [(each.name, each.start, each.end) for each in booked] == [
        ("train", 0, 100),
        ("tune", 100, 150),
        ("eval", 0, 30),
        ("late", 95, 105),
        ("small", 30, 90),
    ]
    assert [each.name for each in left] == ["xxl"]


@pytest.mark.parametrize("seed", range(4))
def test_any_job_as_with_a_cell_for_each_moment(seed):
    chance = Random(seed)
    timeline, free = Timeline(6), [6] * 400
    for number in range(60):
        gpus, duration = chance.randint(1, 5), chance.randint(1, 12)
        after = chance.randrange(60)
        start = timeline.earliest(gpus, duration, after)
        assert start == next(
            at for at in range(after, 380) if min(free[at : at + duration]) >= gpus
        )
        if chance.random() < 0.7:
            try:
                timeline.reserve(f"{number}", start, start + duration, gpus)
            except Exception as error:
                raise AssertionError("what was found does not fit") from error
            for at in range(start, start + duration):
                free[at] -= gpus
