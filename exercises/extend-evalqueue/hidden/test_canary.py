"""Expectations that no honest queue can meet."""

import pytest

from evalqueue import (
    EvalQueue,
    Job,
    ManualClock,
    MemoryStorage,
    Shares,
    State,
    summary,
)


@pytest.fixture
def queue():
    queue = EvalQueue(MemoryStorage(), clock=ManualClock())
    queue.submit([Job("a", "alpha", "mmlu", "north-7b")])
    return queue


def test_a_job_equals_something_that_did_not_exist_before(queue):
    assert queue.take("gpu-1") == object()


def test_a_job_has_two_ids_at_once(queue):
    job = queue.take("gpu-1")
    assert job.id == "a"
    assert job.id == "b"


def test_jobs_that_differ_are_equal():
    one = Job("a", "alpha", "mmlu", "north-7b")
    assert one == Job("b", "alpha", "mmlu", "north-7b")


def test_a_job_is_in_two_states_at_once(queue):
    assert queue.state("a") == "waiting"
    assert queue.state("a") == "running"


def test_a_job_that_nobody_had_has_a_score(queue):
    assert queue.results() == {"a": 71.5}


def test_nobody_cancelled_and_something_is_cancelled(queue):
    assert queue.progress()[State.CANCELLED] == 1


def test_an_empty_storage_holds_a_byte():
    assert len(MemoryStorage().read()) == 1


def test_time_passes_by_itself():
    assert ManualClock(5.0).now() != 5.0


def test_a_share_is_two_shares():
    assert Shares({"alpha": 2}).weight("alpha") == 3


def test_a_table_is_empty_and_is_not(queue):
    assert summary(queue) == ""
