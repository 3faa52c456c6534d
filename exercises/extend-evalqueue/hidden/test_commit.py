import pytest

from evalqueue import (
    EvalQueue,
    Job,
    LeaseLost,
    ManualClock,
    MemoryStorage,
    ResultConflict,
    State,
)


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def storage():
    return MemoryStorage()


@pytest.fixture
def queue(clock, storage):
    queue = EvalQueue(storage, clock=clock, max_leases=50)
    queue.submit([Job(id, "alpha", "mmlu", "north-7b") for id in ("a", "b")])
    return queue


def test_a_score_is_recorded(queue):
    one = queue.lease("gpu-1", seconds=60)
    other = queue.lease("gpu-2", seconds=60)
    assert queue.complete(other.token, 0) is True
    assert queue.complete(one.token, 71.5) is True
    assert queue.results() == {"a": 71.5, "b": 0}
    assert queue.progress()[State.DONE] == 2
    assert queue.failures() == {}


def test_a_score_can_come_in_the_last_moment(queue, clock):
    lease = queue.lease("gpu-1", seconds=60)
    clock.advance(59)
    assert queue.complete(lease.token, 3) is True


@pytest.mark.parametrize("later", [0, 30, 120, 10**6])
def test_the_same_score_again_is_fine_at_any_time(queue, clock, storage, later):
    lease = queue.lease("gpu-1", seconds=60)
    queue.complete(lease.token, 71.5)
    clock.advance(later)
    before = storage.read()
    for _ in range(2):
        assert queue.complete(lease.token, 71.5) is False
    assert queue.complete(lease.token, 71.50) is False
    assert storage.read() == before
    assert queue.results() == {"a": 71.5}
    assert queue.state("a") is State.DONE


@pytest.mark.parametrize("first, second", [(71.5, 71.6), (0, 1), (5, -5)])
def test_another_score_is_a_conflict(queue, clock, first, second):
    lease = queue.lease("gpu-1", seconds=60)
    queue.complete(lease.token, first)
    for _ in range(2):
        with pytest.raises(ResultConflict):
            queue.complete(lease.token, second)
        clock.advance(100)
    assert queue.results() == {"a": first}
    assert queue.complete(lease.token, first) is False


def test_a_score_that_comes_too_late_is_refused(queue, clock):
    lease = queue.lease("gpu-1", seconds=60)
    clock.advance(61)
    for _ in range(2):
        with pytest.raises(LeaseLost):
            queue.complete(lease.token, 71.5)
    assert queue.results() == {}
    assert queue.state("a") is State.WAITING


def test_a_late_score_does_not_end_the_lease_of_another(queue, clock):
    late = queue.lease("gpu-1", seconds=60)
    clock.advance(61)
    new = queue.lease("gpu-2", seconds=60)
    assert new.job.id == "a"
    with pytest.raises(LeaseLost):
        queue.complete(late.token, 10)
    assert queue.state("a") is State.RUNNING
    assert queue.complete(new.token, 20) is True
    for score in (10, 20):
        with pytest.raises(LeaseLost):
            queue.complete(late.token, score)
    assert queue.complete(new.token, 20) is False
    assert queue.results() == {"a": 20}


def test_a_late_score_of_a_job_that_was_finished_the_older_way(queue, clock):
    late = queue.lease("gpu-1", seconds=60)
    clock.advance(61)
    assert queue.take("gpu-2").id == "a"
    with pytest.raises(LeaseLost):
        queue.complete(late.token, 5)
    queue.finish("a", 5)
    with pytest.raises(LeaseLost):
        queue.complete(late.token, 5)
    with pytest.raises(LeaseLost):
        queue.complete(late.token, 6)


def test_a_score_for_a_cancelled_job_is_refused(queue):
    lease = queue.lease("gpu-1", seconds=60)
    done = queue.lease("gpu-1", seconds=60)
    queue.complete(done.token, 1)
    queue.cancel("mmlu")
    with pytest.raises(LeaseLost):
        queue.complete(lease.token, 1)
    assert queue.complete(done.token, 1) is False
    assert queue.results() == {"b": 1}
    assert queue.state("a") is State.CANCELLED


def test_a_token_that_was_never_given_is_refused(queue):
    queue.lease("gpu-1", seconds=60)
    for token in ("", "a", "gpu-1"):
        with pytest.raises(LeaseLost):
            queue.complete(token, 1)
    assert queue.results() == {}


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -float("inf")])
def test_a_score_is_a_finite_number(queue, score):
    lease = queue.lease("gpu-1", seconds=60)
    with pytest.raises(ValueError):
        queue.complete(lease.token, score)
    assert queue.state("a") is State.RUNNING
    assert queue.complete(lease.token, 1) is True
    with pytest.raises(ValueError):
        queue.complete(lease.token, score)


def test_leases_of_many_jobs_do_not_mix(clock):
    queue = EvalQueue(MemoryStorage(), clock=clock)
    ids = ["a", "a#1", "a:1", "1", "a/1", "11"]
    queue.submit([Job(id, "alpha", "mmlu", "north-7b") for id in ids])
    for _ in range(2):
        leases = [queue.lease("gpu-1", seconds=60) for _ in ids]
        clock.advance(61)
    leases = [queue.lease("gpu-1", seconds=60) for _ in ids]
    assert len({lease.token for lease in leases}) == len(ids)
    for score, lease in enumerate(leases):
        assert queue.complete(lease.token, score) is True
    assert queue.results() == {id: score for score, id in enumerate(ids)}
