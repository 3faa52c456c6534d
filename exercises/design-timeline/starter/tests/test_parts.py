"""What is there already."""

from fractions import Fraction

import pytest

from gpuplan import (
    Booking,
    DuplicateJob,
    Job,
    OverCapacity,
    PlanError,
    Step,
    Timeline,
    UnknownJob,
    chart,
    dump,
    load,
    utilisation,
    work,
)

STEPS = [Step(100, 160, 2), Step(160, 3760, 8), Step(3760, 3770, 0)]


def test_a_chart_has_a_bar_for_each_step():
    assert chart(STEPS, width=8) == (
        "  0:00:00      2  ##\n  0:01:00      8  ########\n  1:01:00      0\n"
    )


def test_a_chart_of_an_idle_cluster():
    assert chart([Step(0, 60, 0)]) == "  0:00:00      0\n"
    assert chart([]) == ""


def test_work_is_gpus_times_time():
    assert work(STEPS) == 120 + 28_800


def test_utilisation_is_a_share_of_the_whole_cluster():
    assert utilisation([Step(0, 10, 4), Step(10, 20, 0)], capacity=8) == Fraction(1, 4)
    assert utilisation([], capacity=8) == 0


def test_bookings_survive_the_file():
    bookings = [Booking("train 7b", -5, 10, 4), Booking("eval", 0, 1, 1)]
    assert load(dump(bookings)) == bookings


def test_a_record_that_is_none_is_named():
    with pytest.raises(ValueError, match="record 2: 4 parts"):
        load("0\t1\t1\teval\n0\t1\t1\n")


def test_a_name_that_can_not_be_written_down_is_refused():
    with pytest.raises(ValueError):
        dump([Booking("a\tb", 0, 1, 1)])


@pytest.mark.parametrize("start, end, gpus", [(1, 1, 1), (2, 1, 1), (0, 1, 0)])
def test_a_booking_takes_time_and_gpus(start, end, gpus):
    with pytest.raises(ValueError):
        Booking("eval", start, end, gpus)


def test_a_job_takes_time_and_gpus():
    with pytest.raises(ValueError):
        Job("eval", gpus=0, duration=1)
    with pytest.raises(ValueError):
        Job("eval", gpus=1, duration=0)


def test_a_cluster_has_gpus():
    assert Timeline(1).capacity == 1
    with pytest.raises(ValueError):
        Timeline(0)


def test_errors_tell_what_they_know():
    error = OverCapacity("eval", at=17, free=2)
    assert (error.name, error.at, error.free) == ("eval", 17, 2)
    assert str(error) == "eval: only 2 free at 17"
    assert isinstance(DuplicateJob("eval"), PlanError)
    assert isinstance(UnknownJob("eval"), PlanError)
