import pytest

from evalqueue import EvalQueue, Job, LeaseLost, ManualClock, MemoryStorage, State


def made(max_leases=None, ids=("a", "b")):
    clock = ManualClock()
    more = {} if max_leases is None else {"max_leases": max_leases}
    queue = EvalQueue(MemoryStorage(), clock=clock, **more)
    queue.submit([Job(id, "alpha", "mmlu", "north-7b") for id in ids])
    return queue, clock


@pytest.mark.parametrize("most", [1, 2, 5])
def test_a_job_fails_when_so_many_leases_have_run_out(most):
    queue, clock = made(most)
    for number in range(1, most + 1):
        lease = queue.lease("gpu-1", seconds=60)
        assert (lease.job.id, lease.number) == ("a", number)
        assert queue.state("a") is State.RUNNING
        assert queue.failures() == {}
        clock.advance(61)
    assert queue.failures() == {"a": f"leases ran out: {most}"}
    assert queue.state("a") is State.FAILED
    assert queue.lease("gpu-1", seconds=60).job.id == "b"


def test_three_leases_are_usual():
    queue, clock = made()
    lent = []
    for _ in range(6):
        lent.append(queue.lease("gpu-1", seconds=60).job.id)
        clock.advance(61)
    assert lent == ["a", "a", "a", "b", "b", "b"]
    assert queue.lease("gpu-1", seconds=60) is None
    assert queue.progress()[State.FAILED] == 2
    assert queue.take("gpu-1") is None


def test_nobody_has_to_lease_for_a_job_to_be_given_up():
    queue, clock = made(1)
    queue.lease("gpu-1", seconds=60)
    clock.advance(30)
    assert queue.progress()[State.FAILED] == 0
    clock.advance(31)
    assert queue.progress()[State.FAILED] == 1
    assert queue.progress()[State.WAITING] == 1


def test_the_last_lease_is_as_good_as_the_others():
    queue, clock = made(2)
    queue.lease("gpu-1", seconds=60)
    clock.advance(61)
    last = queue.lease("gpu-1", seconds=60)
    clock.advance(30)
    assert queue.complete(last.token, 4) is True
    clock.advance(100)
    assert queue.state("a") is State.DONE
    assert queue.failures() == {}


def test_a_lease_that_is_renewed_has_not_run_out():
    queue, clock = made(2, ids=("a",))
    lease = queue.lease("gpu-1", seconds=60)
    for _ in range(10):
        clock.advance(50)
        queue.renew(lease.token, seconds=60)
    clock.advance(61)
    assert queue.state("a") is State.WAITING
    assert queue.lease("gpu-1", seconds=60).number == 2
    clock.advance(61)
    assert queue.state("a") is State.FAILED


def test_a_job_that_was_given_up_is_over():
    queue, clock = made(1, ids=("a",))
    lease = queue.lease("gpu-1", seconds=60)
    clock.advance(61)
    for _ in range(2):
        with pytest.raises(LeaseLost):
            queue.complete(lease.token, 1)
        with pytest.raises(LeaseLost):
            queue.renew(lease.token, seconds=60)
    assert queue.cancel("mmlu") == 0
    assert queue.submit([Job("a", "alpha", "mmlu", "north-7b")]) == 0
    assert queue.lease("gpu-1", seconds=60) is None
    assert queue.failures() == {"a": "leases ran out: 1"}


def test_a_cancel_finds_what_was_given_up_just_now():
    queue, clock = made(1)
    queue.lease("gpu-1", seconds=60)
    clock.advance(61)
    assert queue.cancel("mmlu") == 1
    assert queue.state("a") is State.FAILED
    assert queue.state("b") is State.CANCELLED


def test_jobs_that_were_taken_do_not_count():
    queue, clock = made(2, ids=("a",))
    for _ in range(5):
        queue.take("gpu-1")
        queue.give_back("a")
    for _ in range(2):
        assert queue.state("a") is State.WAITING
        queue.lease("gpu-1", seconds=60)
        clock.advance(61)
    assert queue.state("a") is State.FAILED


def test_each_job_has_its_own_count():
    queue, clock = made(2)
    queue.lease("gpu-1", seconds=60)
    queue.lease("gpu-1", seconds=90)
    clock.advance(61)
    queue.lease("gpu-1", seconds=60)
    clock.advance(61)
    assert (queue.state("a"), queue.state("b")) == (State.FAILED, State.WAITING)
    assert queue.lease("gpu-1", seconds=60).number == 2


def test_a_job_can_still_be_finished_the_older_way_before_that():
    queue, clock = made(2, ids=("a",))
    queue.lease("gpu-1", seconds=60)
    clock.advance(61)
    queue.take("gpu-1")
    clock.advance(1000)
    queue.finish("a", 9)
    assert queue.results() == {"a": 9}
    assert queue.failures() == {}
