from fractions import Fraction

import pytest

from gpuplan import (
    Booking,
    DuplicateJob,
    Job,
    OverCapacity,
    PlanError,
    Planner,
    Step,
    Timeline,
    UnknownJob,
    advice,
    chart,
    dump,
    load,
    utilisation,
    work,
)


class Diary:
    """A timeline that notes what it is asked, and gives the answers it was told."""

    capacity = 8

    def __init__(self, start=None, dips=()):
        self.start = start
        self.notes = []
        self.found = list(dips)

    def earliest(self, gpus, duration, after):
        self.notes.append(("earliest", gpus, duration, after))
        return None if gpus > 8 else self.start

    def reserve(self, name, start, end, gpus):
        self.notes.append(("reserve", name, start, end, gpus))
        return Booking(name, start, end, gpus)

    def release(self, name, at=None):
        self.notes.append(("release", name, at))

    def dips(self, start, end):
        return self.found

    def headroom(self, start, end):
        return 4711


@pytest.mark.parametrize(
    "start, end, gpus", [(1, 1, 1), (2, 1, 1), (0, 1, 0), (0, 1, -1)]
)
def test_bookings_that_are_none(start, end, gpus):
    with pytest.raises(ValueError):
        Booking("eval", start, end, gpus)


@pytest.mark.parametrize("gpus, duration", [(0, 1), (-1, 1), (1, 0), (1, -1)])
def test_jobs_that_are_none(gpus, duration):
    with pytest.raises(ValueError):
        Job("eval", gpus, duration)


def test_the_smallest_of_all():
    booking, job = Booking("eval", 0, 1, 1), Job("eval", 1, 1)
    assert (booking.start, booking.end, booking.gpus) == (0, 1, 1)
    assert (job.gpus, job.duration, job.earliest) == (1, 1, None)


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_cluster_without_gpus(capacity):
    with pytest.raises(ValueError):
        Timeline(capacity)
    assert Timeline(1).capacity == 1


def test_errors():
    error = OverCapacity("eval", at=17, free=2)
    assert (error.name, error.at, error.free) == ("eval", 17, 2)
    assert DuplicateJob("eval").name == UnknownJob("eval").name == "eval"
    assert {
        type(each).__mro__[1] for each in (error, DuplicateJob("a"), UnknownJob("a"))
    } == {PlanError}


def test_work_and_utilisation():
    steps = [Step(5, 15, 4), Step(15, 45, 0), Step(45, 50, 2)]
    assert [step.work for step in steps] == [40, 0, 10]
    assert work(steps) == 50
    assert utilisation(steps, 8) == Fraction(50, 8 * 45)
    assert (work([]), utilisation([], 8)) == (0, 0)


@pytest.mark.parametrize(
    "steps, width, text",
    [
        ([], 40, ""),
        ([Step(3, 9, 0)], 40, "  0:00:00      0\n"),
        (
            [Step(-10, 50, 3), Step(50, 3650, 4), Step(3650, 39_651, 1)],
            4,
            "  0:00:00      3  ###\n  0:01:00      4  ####\n  1:01:00      1  #\n",
        ),
        (
            [Step(0, 36_000, 1), Step(36_000, 36_001, 100)],
            10,
            "  0:00:00      1  #\n 10:00:00    100  ##########\n",
        ),
    ],
)
def test_charts(steps, width, text):
    assert chart(steps, width) == text


def test_a_chart_is_40_wide():
    assert chart([Step(0, 1, 7)]) == "  0:00:00      7  " + "#" * 40 + "\n"


def test_records():
    bookings = [Booking("train 7b", -5, 10, 4), Booking("eval", 0, 1, 1)]
    text = dump(bookings)
    assert text == "-5\t10\t4\ttrain 7b\n0\t1\t1\teval\n"
    assert [
        (each.name, each.start, each.end, each.gpus) for each in load("\n" + text)
    ] == [
        ("train 7b", -5, 10, 4),
        ("eval", 0, 1, 1),
    ]
    assert (dump([]), load("")) == ("", [])


@pytest.mark.parametrize("name", ["", "a\tb", "a\n", "\t"])
def test_names_that_can_not_be_written_down(name):
    with pytest.raises(ValueError):
        dump([Booking(name, 0, 1, 1)])


@pytest.mark.parametrize(
    "line, why",
    [
        ("0\t1\t1", "4 parts"),
        ("0\t1\t1\ta\tb", "4 parts"),
        ("0\tx\t1\ta", "x"),
        ("1\t1\t1\ta", "no time"),
    ],
)
def test_records_that_are_none(line, why):
    with pytest.raises(ValueError, match=f"record 3: .*{why}"):
        load(f"0\t1\t1\teval\n\n{line}\n")


@pytest.mark.parametrize("earliest, after", [(None, 5), (3, 5), (5, 5), (9, 9)])
def test_a_job_is_booked_where_it_fits(earliest, after):
    diary = Diary(start=20)
    booking = Planner(diary).submit(Job("eval", 2, 30, earliest), now=5)
    assert (booking.start, booking.end) == (20, 50)
    assert diary.notes == [("earliest", 2, 30, after), ("reserve", "eval", 20, 50, 2)]


def test_a_job_that_never_fits():
    diary = Diary()
    with pytest.raises(OverCapacity) as caught:
        Planner(diary).submit(Job("xxl", 9, 30), now=5)
    assert (caught.value.at, caught.value.free) == (5, 8)
    assert len(diary.notes) == 1


def test_jobs_that_never_fit_are_returned():
    jobs = [Job("a", 1, 1), Job("xxl", 9, 1), Job("b", 2, 2), Job("xxxl", 10, 1)]
    booked, left = Planner(Diary(start=0)).submit_all(jobs, now=0)
    assert [each.name for each in booked] == ["a", "b"]
    assert [each.name for each in left] == ["xxl", "xxxl"]


def test_jobs_that_end():
    diary = Diary()
    Planner(diary).finished("a", 17)
    Planner(diary).cancel("b")
    assert diary.notes == [("release", "a", 17), ("release", "b", None)]


def test_advice():
    dips = [Step(3700, 7300, 4), Step(7300, 7301, 12)]
    assert advice(Diary(dips=dips), 100, 9000) == (
        "Filler work: 4711 GPU-seconds.\n"
        "  1:00:00 - 2:00:00  4 GPUs\n"
        "  2:00:00 - 2:00:01  12 GPUs\n"
    )
    assert advice(Diary(), 0, 1) == "No filler work: the load has no dip.\n"
