from random import Random

import pytest

from gpuplan import DuplicateJob, OverCapacity, Timeline


def filled(*bookings, capacity=10):
    timeline = Timeline(capacity)
    for number, (start, end, gpus) in enumerate(bookings):
        timeline.reserve(f"job {number}", start, end, gpus)
    return timeline


def known(timeline):
    return [
        (each.name, each.start, each.end, each.gpus) for each in timeline.bookings()
    ]


def test_what_was_booked_is_returned_and_listed_by_start_and_name():
    timeline = Timeline(10)
    booking = timeline.reserve("b", 5, 9, 2)
    assert (booking.name, booking.start, booking.end, booking.gpus) == ("b", 5, 9, 2)
    timeline.reserve("c", -3, 9, 1)
    timeline.reserve("a", 5, 6, 3)
    assert known(timeline) == [("c", -3, 9, 1), ("a", 5, 6, 3), ("b", 5, 9, 2)]
    assert Timeline(1).bookings() == []


def test_all_gpus_can_be_had():
    timeline = filled((0, 10, 4), (0, 10, 5))
    timeline.reserve("last", 0, 10, 1)
    with pytest.raises(OverCapacity) as caught:
        timeline.reserve("one more", 9, 10, 1)
    assert (caught.value.at, caught.value.free) == (9, 0)
    filled((5, 6, 10))


def test_ranges_that_touch_have_nothing_in_common():
    timeline = filled((0, 10, 10), (20, 30, 10))
    timeline.reserve("between", 10, 20, 10)
    timeline.reserve("before", -5, 0, 10)
    timeline.reserve("after", 30, 31, 10)
    assert len(timeline.bookings()) == 5


@pytest.mark.parametrize(
    "start, end, gpus, at, free",
    [
        (0, 100, 5, 20, 4),
        (0, 100, 3, 40, 2),
        (25, 100, 5, 25, 4),
        (45, 46, 3, 45, 2),
        (-10, 21, 7, 20, 4),
        (0, 100, 10, 10, 7),
        (0, 100, 11, 0, 10),
        (-50, -40, 12, -50, 10),
        (59, 200, 9, 59, 8),
        (60, 200, 11, 60, 10),
    ],
)
def test_the_first_moment_at_which_there_are_too_few(start, end, gpus, at, free):
    # 3 from 10 on, 6 from 20, 8 from 40, 2 from 50, none from 60.
    timeline = filled((10, 50, 3), (20, 50, 3), (40, 60, 2))
    before = known(timeline)
    with pytest.raises(OverCapacity) as caught:
        timeline.reserve("big", start, end, gpus)
    assert (caught.value.name, caught.value.at, caught.value.free) == ("big", at, free)
    assert known(timeline) == before


def test_a_booking_that_is_refused_leaves_nothing_behind():
    timeline = filled((0, 50, 3), (60, 70, 8))
    for _ in range(5):
        with pytest.raises(OverCapacity):
            timeline.reserve("big", 10, 65, 3)
    with pytest.raises(DuplicateJob):
        timeline.reserve("job 0", 52, 53, 1)
    with pytest.raises(ValueError):
        timeline.reserve("none", 52, 53, 0)
    with pytest.raises(ValueError):
        timeline.reserve("late", 53, 52, 1)
    timeline.reserve("rest", 0, 50, 7)
    timeline.reserve("gap", 50, 60, 10)
    timeline.reserve("big", 60, 70, 2)
    assert len(timeline.bookings()) == 5


@pytest.mark.parametrize(
    "start, end, gpus", [(5, 5, 1), (5, 4, 1), (5, 6, 0), (5, 6, -1), (0, 0, 99)]
)
def test_what_takes_no_time_or_no_gpus(start, end, gpus):
    timeline = filled((0, 10, 3))
    with pytest.raises(ValueError):
        timeline.reserve("odd", start, end, gpus)
    with pytest.raises(ValueError):
        timeline.reserve("job 0", start, end, gpus)
    assert known(timeline) == [("job 0", 0, 10, 3)]


@pytest.mark.parametrize("start, gpus", [(0, 1), (100, 1), (0, 99)])
def test_a_name_can_be_booked_once(start, gpus):
    timeline = filled((0, 10, 3))
    with pytest.raises(DuplicateJob) as caught:
        timeline.reserve("job 0", start, start + 5, gpus)
    assert caught.value.name == "job 0"
    assert known(timeline) == [("job 0", 0, 10, 3)]


@pytest.mark.parametrize("seed", range(3))
def test_any_bookings_as_with_a_cell_for_each_moment(seed):
    chance = Random(seed)
    timeline, free = Timeline(6), [6] * 40
    for number in range(60):
        start = chance.randrange(39)
        end = chance.randint(start + 1, min(40, start + 12))
        gpus = chance.randint(1, 4)
        short = [at for at in range(start, end) if free[at] < gpus]
        if short:
            with pytest.raises(OverCapacity) as caught:
                timeline.reserve(f"job {number}", start, end, gpus)
            assert (caught.value.at, caught.value.free) == (short[0], free[short[0]])
        else:
            timeline.reserve(f"job {number}", start, end, gpus)
            for at in range(start, end):
                free[at] -= gpus
