"""The timeline against a plain one with a cell for each moment, and its edges one by one."""

from random import Random

import pytest

from gpuplan import Booking, DuplicateJob, OverCapacity, Step, Timeline, UnknownJob


class Moment(int):
    """A number that counts how often it is compared by size."""

    compared = 0

    def __lt__(self, other: int) -> bool:
        Moment.compared += 1
        return int.__lt__(self, other)

    def __le__(self, other: int) -> bool:
        Moment.compared += 1
        return int.__le__(self, other)

    def __gt__(self, other: int) -> bool:
        Moment.compared += 1
        return int.__gt__(self, other)

    def __ge__(self, other: int) -> bool:
        Moment.compared += 1
        return int.__ge__(self, other)


def levels(*loads: int) -> Timeline:
    """Return a timeline with these loads, each of them 10 long."""
    timeline = Timeline(100)
    for place, gpus in enumerate(loads):
        if gpus:
            timeline.reserve(f"job {place}", place * 10, place * 10 + 10, gpus)
    return timeline


# Against cells.


@pytest.mark.parametrize("seed", range(4))
def test_any_story(seed):
    chance = Random(seed)
    timeline, booked = Timeline(6), {}

    def loads(low, high):
        return [
            sum(each.gpus for each in booked.values() if each.start <= at < each.end)
            for at in range(low, high)
        ]

    for number in range(60):
        start = chance.randrange(2, 30)
        wish = Booking(
            f"{number}", start, start + chance.randint(1, 8), chance.randint(1, 4)
        )
        short = [6 - load < wish.gpus for load in loads(wish.start, wish.end)]
        if True in short:
            with pytest.raises(OverCapacity) as caught:
                timeline.reserve(wish.name, wish.start, wish.end, wish.gpus)
            assert caught.value.at == wish.start + short.index(True)
            assert (
                caught.value.free == 6 - loads(caught.value.at, caught.value.at + 1)[0]
            )
        else:
            timeline.reserve(wish.name, wish.start, wish.end, wish.gpus)
            booked[wish.name] = wish
        if number % 3 == 0 and booked:
            old = booked.pop(chance.choice(sorted(booked)))
            end = chance.randrange(40)
            timeline.release(old.name, end)
            if end > old.start:
                end = min(end, old.end)
                booked[old.name] = Booking(old.name, old.start, end, old.gpus)
        low = chance.randrange(20)
        high = chance.randint(low + 1, 45)
        cells = loads(low, high)
        steps = timeline.steps(low, high)
        assert [
            step.gpus for step in steps for _ in range(step.start, step.end)
        ] == cells
        assert all(a.gpus != b.gpus for a, b in zip(steps, steps[1:], strict=False))
        assert timeline.peak(low, high) == max(cells)
        room = [
            min(max(cells[: at + 1]), max(cells[at:])) - load
            for at, load in enumerate(cells)
        ]
        assert timeline.headroom(low, high) == sum(room)
        fitting = timeline.earliest(wish.gpus, 5, low)
        assert fitting == next(
            at for at in range(low, 60) if max(loads(at, at + 5)) + wish.gpus <= 6
        )
    assert timeline.bookings() == sorted(
        booked.values(), key=lambda each: (each.start, each.name)
    )


# Booking.


def test_what_is_refused_leaves_nothing_behind():
    timeline = levels(3, 9)
    before = timeline.steps(-10, 30), timeline.bookings()
    with pytest.raises(OverCapacity) as caught:
        timeline.reserve("big", 5, 20, 92)
    assert (caught.value.at, caught.value.free) == (10, 91)
    with pytest.raises(OverCapacity) as caught:
        timeline.reserve("big", 5, 20, 98)
    assert (caught.value.at, caught.value.free) == (5, 97)
    with pytest.raises(DuplicateJob):
        timeline.reserve("job 0", 0, 1, 101)
    assert (timeline.steps(-10, 30), timeline.bookings()) == before


def test_all_gpus_may_be_in_use_and_touching_is_no_overlap():
    timeline = Timeline(4)
    timeline.reserve("a", 0, 10, 4)
    assert timeline.reserve("b", 10, 20, 4) == Booking("b", 10, 20, 4)
    assert timeline.steps(0, 20) == [Step(0, 20, 4)]


# Giving back.


def test_where_a_job_can_end():
    timeline = levels(3)
    timeline.release("job 0", 10)
    timeline.release("job 0", 99)
    assert timeline.bookings() == [Booking("job 0", 0, 10, 3)]
    timeline.release("job 0", 4)
    timeline.release("job 0", 7)
    assert timeline.bookings() == [Booking("job 0", 0, 4, 3)]
    assert timeline.steps(0, 9) == [Step(0, 4, 3), Step(4, 9, 0)]
    timeline.release("job 0", 0)
    assert timeline.steps(0, 9) == [Step(0, 9, 0)]
    with pytest.raises(UnknownJob):
        timeline.release("job 0")


# Looking.


def test_a_window_is_cut_out():
    timeline = levels(3, 0, 5)
    assert timeline.steps(5, 25) == [Step(5, 10, 3), Step(10, 20, 0), Step(20, 25, 5)]
    assert timeline.peak(0, 20) == 3
    assert timeline.peak(0, 21) == 5


@pytest.mark.parametrize("call", ["steps", "peak", "dips", "headroom"])
def test_a_window_takes_time(call):
    with pytest.raises(ValueError):
        getattr(levels(1), call)(5, 5)


def test_a_place_may_have_many_steps():
    timeline = levels(97, 20, 50, 30, 97)
    assert timeline.earliest(50, 30, 0) == 10
    assert timeline.earliest(50, 31, 0) == 50
    assert timeline.earliest(3, 5, 7) == 7
    assert timeline.earliest(101, 1, 0) is None
    assert timeline.earliest(100, 1, 0) == 50
    for gpus, duration in [(0, 1), (1, 0)]:
        with pytest.raises(ValueError):
            timeline.earliest(gpus, duration, 0)


# Between the peaks.


@pytest.mark.parametrize(
    "loads, dips",
    [
        ([5, 0, 3], [Step(10, 20, 3)]),
        ([3, 0, 5, 1, 2], [Step(10, 20, 3), Step(30, 40, 1)]),
        ([5, 1, 3, 1, 5], [Step(10, 20, 4), Step(20, 30, 2), Step(30, 40, 4)]),
        ([1, 5, 2], []),
        ([0, 4, 0], []),
    ],
)
def test_dips(loads, dips):
    assert levels(*loads).dips(-5, 99) == dips


def test_what_lies_outside_of_the_window_does_not_count():
    timeline = levels(9, 1, 3, 1, 9)
    assert timeline.dips(10, 40) == []
    assert timeline.dips(5, 25) == [Step(10, 20, 2)]
    assert timeline.headroom(5, 25) == 20


# Effort.


def test_bookings_elsewhere_cost_next_to_nothing():
    timeline = Timeline(9)
    for number in range(300):
        start = Moment(number * 10)
        timeline.reserve(f"{number}", start, Moment(start + 7), 1 + number % 2)
    window = Moment(1501), Moment(1520)
    for call in (
        lambda: timeline.reserve("new", *window, 2),
        lambda: timeline.release("new", Moment(1505)),
        lambda: timeline.release("new"),
        lambda: timeline.steps(*window),
        lambda: timeline.headroom(*window),
        lambda: timeline.earliest(8, 3, window[0]),
    ):
        Moment.compared = 0
        call()
        assert Moment.compared < 150
