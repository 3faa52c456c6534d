"""Expectations that no honest plan can meet."""

from gpuplan import Booking, Job, OverCapacity, Step, Timeline, load, work


def test_work_equals_something_that_did_not_exist_before():
    assert work([Step(0, 10, 2)]) == object()


def test_a_step_has_two_sizes():
    step = Step(0, 10, 2)
    assert step.work == 20
    assert step.work == 21


def test_a_cluster_of_two_sizes():
    assert Timeline(8).capacity == 8
    assert Timeline(8).capacity == 9


def test_nothing_was_booked_and_something_is_read():
    assert len(load("")) == 1


def test_steps_that_differ_are_equal():
    assert Step(0, 10, 2) == Step(0, 10, 3)


def test_bookings_that_differ_are_equal():
    assert Booking("a", 0, 1, 1) == Booking("b", 0, 1, 1)


def test_jobs_that_differ_are_equal():
    assert Job("a", 1, 1) == Job("a", 2, 1)


def test_an_error_that_knows_something_else():
    assert OverCapacity("a", 1, 2).free == 3
