import pytest
from helpers import job, jobs

from evalqueue import (
    EvalQueue,
    ManualClock,
    MemoryStorage,
    State,
    UnknownJob,
    WrongState,
)


@pytest.fixture
def queue():
    return EvalQueue(MemoryStorage(), clock=ManualClock())


def test_jobs_are_taken_in_the_order_of_submission(queue):
    assert queue.submit(jobs("a b c")) == 3
    assert [queue.take("gpu-1").id for _ in range(3)] == ["a", "b", "c"]
    assert queue.take("gpu-1") is None


def test_a_higher_priority_goes_first(queue):
    queue.submit([job("late"), job("soon", priority=2), job("now", priority=5)])
    queue.submit([job("too", priority=2)])
    taken = [queue.take("gpu-1").id for _ in range(4)]
    assert taken == ["now", "soon", "too", "late"]


def test_submitting_again_changes_nothing(queue):
    queue.submit(jobs("a b"))
    queue.take("gpu-1")
    assert queue.submit(jobs("a b c")) == 1
    assert queue.state("a") is State.RUNNING
    assert [each.id for each in queue.jobs()] == ["a", "b", "c"]


def test_an_id_belongs_to_one_job(queue):
    queue.submit(jobs("a"))
    with pytest.raises(ValueError):
        queue.submit([job("b"), job("a", team="beta")])
    assert queue.progress()[State.WAITING] == 1


def test_a_finished_job_has_its_score(queue):
    queue.submit(jobs("a b"))
    queue.take("gpu-1")
    queue.finish("a", 71.5)
    assert queue.results() == {"a": 71.5}
    assert queue.state("a") is State.DONE


def test_a_failed_job_has_its_reason(queue):
    queue.submit(jobs("a"))
    queue.take("gpu-1")
    queue.fail("a", "the prompt is too long")
    assert queue.failures() == {"a": "the prompt is too long"}
    assert queue.results() == {}


def test_a_job_given_back_gets_its_old_place(queue):
    queue.submit(jobs("a b c"))
    queue.take("gpu-1")
    queue.take("gpu-2")
    queue.give_back("a")
    assert [queue.take("gpu-1").id for _ in range(2)] == ["a", "c"]


def test_a_cancelled_suite_is_over(queue):
    queue.submit(jobs("a b c") + jobs("x", suite="gsm8k"))
    for _ in range(2):
        queue.take("gpu-1")
    queue.finish("a", 1)
    assert queue.cancel("mmlu") == 2
    assert queue.cancel("mmlu") == 0
    assert queue.take("gpu-1").id == "x"
    with pytest.raises(WrongState):
        queue.finish("b", 1)


def test_only_a_running_job_can_end(queue):
    queue.submit(jobs("a"))
    for end in (lambda: queue.finish("a", 1), lambda: queue.fail("a", "no")):
        with pytest.raises(WrongState):
            end()
    with pytest.raises(UnknownJob):
        queue.give_back("b")


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_is_a_number(queue, score):
    queue.submit(jobs("a"))
    queue.take("gpu-1")
    with pytest.raises(ValueError):
        queue.finish("a", score)
    assert queue.state("a") is State.RUNNING


def test_progress_counts_every_state(queue):
    queue.submit(jobs("a b c"))
    queue.take("gpu-1")
    assert queue.progress() == {
        State.WAITING: 2,
        State.RUNNING: 1,
        State.DONE: 0,
        State.FAILED: 0,
        State.CANCELLED: 0,
    }
