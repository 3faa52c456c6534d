from random import Random

import pytest

from gpuplan import Planner, Timeline, UnknownJob

WIDE = (-1000, 2000)


def filled(*bookings):
    timeline = Timeline(100)
    for number, (start, end, gpus) in enumerate(bookings):
        timeline.reserve(f"job {number}", start, end, gpus)
    return timeline


def load(timeline):
    """The steps at which something is in use."""
    return [
        (each.start, each.end, each.gpus) for each in timeline.steps(*WIDE) if each.gpus
    ]


def known(timeline):
    return [
        (each.name, each.start, each.end, each.gpus) for each in timeline.bookings()
    ]


def test_as_though_it_had_never_been_there():
    timeline = filled((0, 50, 3), (60, 90, 5))
    before, names = load(timeline), known(timeline)
    for start, end in [
        (10, 20),
        (-20, 70),
        (50, 60),
        (0, 50),
        (90, 99),
        (45, 65),
        (0, 90),
    ]:
        timeline.reserve("guest", start, end, 2)
        assert load(timeline) != before
        timeline.release("guest")
        assert (load(timeline), known(timeline)) == (before, names)


def test_a_name_is_free_again():
    timeline = filled((0, 50, 3))
    timeline.release("job 0")
    assert load(timeline) == []
    assert known(timeline) == []
    timeline.reserve("job 0", 30, 40, 7)
    assert known(timeline) == [("job 0", 30, 40, 7)]


def test_what_comes_after_the_end_is_given_back():
    timeline = filled((0, 50, 3), (20, 60, 4))
    timeline.release("job 0", 30)
    assert known(timeline) == [("job 0", 0, 30, 3), ("job 1", 20, 60, 4)]
    assert load(timeline) == [
        (0, 20, 3),
        (20, 30, 7),
        (30, 60, 4),
    ]


def test_a_job_can_end_earlier_and_earlier():
    timeline = filled((0, 50, 3))
    for end in (40, 20, 1):
        timeline.release("job 0", end)
        assert known(timeline) == [("job 0", 0, end, 3)]
        assert load(timeline) == [(0, end, 3)]
    timeline.release("job 0")
    assert (load(timeline), known(timeline)) == ([], [])


@pytest.mark.parametrize("at", [50, 51, 1000])
def test_an_end_that_is_over_changes_nothing(at):
    timeline = filled((0, 50, 3), (50, 60, 3))
    before = load(timeline)
    timeline.release("job 0", at)
    assert (load(timeline), known(timeline)[0]) == (before, ("job 0", 0, 50, 3))


def test_an_end_that_was_moved_counts_as_the_end():
    timeline = filled((0, 50, 3))
    timeline.release("job 0", 20)
    timeline.release("job 0", 30)
    assert known(timeline) == [("job 0", 0, 20, 3)]
    assert load(timeline) == [(0, 20, 3)]


@pytest.mark.parametrize("at", [0, -1, -500])
def test_a_job_that_ends_before_it_starts_was_never_there(at):
    timeline = filled((0, 50, 3), (10, 20, 1))
    timeline.release("job 0", at)
    assert known(timeline) == [("job 1", 10, 20, 1)]
    assert load(timeline) == [(10, 20, 1)]
    timeline.reserve("job 0", 0, 1, 1)


def test_names_that_are_not_booked():
    timeline = filled((0, 50, 3))
    timeline.release("job 0")
    for at in (None, 10):
        with pytest.raises(UnknownJob) as caught:
            timeline.release("job 0", at)
        assert caught.value.name == "job 0"


def test_jobs_that_end_make_room_for_others():
    timeline = Timeline(8)
    planner = Planner(timeline)
    timeline.reserve("train", 0, 100, 7)
    planner.finished("train", 30)
    timeline.reserve("tune", 30, 90, 7)
    planner.cancel("tune")
    timeline.reserve("eval", 30, 60, 6)
    assert [each.name for each in timeline.bookings()] == ["train", "eval"]


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_booking_and_release(seed):
    chance = Random(seed)
    timeline, booked = Timeline(999), {}
    for number in range(80):
        if booked and chance.random() < 0.5:
            name = chance.choice(sorted(booked))
            start, end, gpus = booked.pop(name)
            at = chance.choice([None, chance.randint(0, 60)])
            timeline.release(name, at)
            if at is not None and at > start:
                booked[name] = (start, min(end, at), gpus)
        else:
            start = chance.randrange(50)
            end = chance.randint(start + 1, start + 9)
            booked[f"{number}"] = (start, end, chance.randint(1, 3))
            timeline.reserve(f"{number}", *booked[f"{number}"])
        fresh = Timeline(999)
        for name in sorted(booked):
            fresh.reserve(name, *booked[name])
        assert load(timeline) == load(fresh)
        assert known(timeline) == known(fresh)
