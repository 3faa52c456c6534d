import pytest

from evalqueue import (
    EvalQueue,
    Job,
    LeaseLost,
    ManualClock,
    MemoryStorage,
    State,
    WrongState,
)


def job(id, priority=0, suite="mmlu"):
    return Job(id, "alpha", suite, "north-7b", priority)


@pytest.fixture
def clock():
    return ManualClock(1000.0)


@pytest.fixture
def queue(clock):
    return EvalQueue(MemoryStorage(), clock=clock, max_leases=50)


def lent(queue, count, seconds=60):
    leases = [queue.lease("gpu-1", seconds=seconds) for _ in range(count)]
    return [lease and lease.job.id for lease in leases]


def test_what_a_lease_says(queue, clock):
    queue.submit([job("a"), job("b")])
    one = queue.lease("gpu-1", seconds=60)
    clock.advance(5)
    other = queue.lease("gpu-2", seconds=2.5)
    assert (one.job.id, one.worker, one.ends_at, one.number) == ("a", "gpu-1", 1060, 1)
    assert (other.job.id, other.worker) == ("b", "gpu-2")
    assert (other.ends_at, other.number) == (1007.5, 1)
    assert one.job.team == "alpha"
    assert isinstance(one.token, str)
    assert one.token != other.token


def test_a_lent_job_runs_and_is_not_lent_twice(queue):
    queue.submit([job("a"), job("b")])
    assert lent(queue, 3) == ["a", "b", None]
    assert queue.state("a") is State.RUNNING
    assert queue.progress()[State.RUNNING] == 2
    assert queue.progress()[State.WAITING] == 0


def test_without_jobs_there_is_no_lease(queue):
    assert queue.lease("gpu-1", seconds=60) is None
    queue.submit([job("a")])
    queue.cancel("mmlu")
    assert queue.lease("gpu-1", seconds=60) is None


def test_higher_priorities_first_then_the_order_of_submission(queue):
    queue.submit([job("a"), job("b", 1), job("c"), job("d", 2), job("e", 1)])
    assert lent(queue, 6) == ["d", "b", "e", "a", "c", None]


def test_a_lease_is_over_at_the_moment_it_ends(queue, clock):
    queue.submit([job("a")])
    queue.lease("gpu-1", seconds=60)
    clock.advance(59.75)
    assert queue.state("a") is State.RUNNING
    assert queue.lease("gpu-2", seconds=60) is None
    clock.advance(0.25)
    assert queue.state("a") is State.WAITING
    again = queue.lease("gpu-2", seconds=10)
    assert (again.job.id, again.worker, again.number) == ("a", "gpu-2", 2)
    assert again.ends_at == 1070


def test_progress_goes_by_the_clock(queue, clock):
    queue.submit([job("a"), job("b"), job("c")])
    queue.lease("gpu-1", seconds=60)
    queue.lease("gpu-1", seconds=90)
    counts = []
    for _ in range(4):
        progress = queue.progress()
        counts.append((progress[State.WAITING], progress[State.RUNNING]))
        clock.advance(30)
    assert counts == [(1, 2), (1, 2), (2, 1), (3, 0)]


def test_a_job_that_comes_back_has_its_old_place(queue, clock):
    queue.submit([job("a"), job("b", 1), job("c"), job("d")])
    assert lent(queue, 3) == ["b", "a", "c"]
    clock.advance(60)
    queue.submit([job("e", 1), job("f")])
    assert lent(queue, 7) == ["b", "e", "a", "c", "d", "f", None]


def test_a_renewed_lease_lasts_from_now_on(queue, clock):
    queue.submit([job("a"), job("b")])
    lease = queue.lease("gpu-1", seconds=60)
    clock.advance(50)
    renewed = queue.renew(lease.token, seconds=60)
    assert (renewed.token, renewed.number) == (lease.token, 1)
    assert (renewed.worker, renewed.job.id) == ("gpu-1", "a")
    assert renewed.ends_at == 1110
    clock.advance(59)
    assert queue.state("a") is State.RUNNING
    clock.advance(1)
    assert queue.state("a") is State.WAITING


def test_a_lease_can_be_shortened(queue, clock):
    queue.submit([job("a")])
    lease = queue.lease("gpu-1", seconds=60)
    assert queue.renew(lease.token, seconds=5).ends_at == 1005
    clock.advance(5)
    assert queue.state("a") is State.WAITING


def test_renewing_one_lease_renews_no_other(queue, clock):
    queue.submit([job("a"), job("b")])
    queue.lease("gpu-1", seconds=60)
    other = queue.lease("gpu-1", seconds=60)
    queue.renew(other.token, seconds=90)
    clock.advance(60)
    assert (queue.state("a"), queue.state("b")) == (State.WAITING, State.RUNNING)


def test_a_lease_that_is_over_cannot_be_renewed(queue, clock):
    queue.submit([job("a")])
    lease = queue.lease("gpu-1", seconds=60)
    clock.advance(60)
    with pytest.raises(LeaseLost):
        queue.renew(lease.token, seconds=60)
    assert queue.state("a") is State.WAITING
    with pytest.raises(LeaseLost):
        queue.renew("never given", seconds=60)


def test_an_old_token_does_not_touch_the_next_lease(queue, clock):
    queue.submit([job("a")])
    old = queue.lease("gpu-1", seconds=60)
    clock.advance(60)
    new = queue.lease("gpu-1", seconds=60)
    assert new.token != old.token
    with pytest.raises(LeaseLost):
        queue.renew(old.token, seconds=600)
    clock.advance(60)
    assert queue.state("a") is State.WAITING


def test_a_lease_that_brought_its_score_cannot_be_renewed(queue, clock):
    queue.submit([job("a")])
    lease = queue.lease("gpu-1", seconds=60)
    queue.complete(lease.token, 1)
    with pytest.raises(LeaseLost):
        queue.renew(lease.token, seconds=60)
    clock.advance(60)
    assert queue.state("a") is State.DONE
    assert queue.lease("gpu-1", seconds=60) is None


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_impossible_times_are_refused(queue, seconds):
    queue.submit([job("a")])
    with pytest.raises(ValueError):
        queue.lease("gpu-1", seconds=seconds)
    assert queue.state("a") is State.WAITING
    lease = queue.lease("gpu-1", seconds=60)
    assert lease.number == 1
    with pytest.raises(ValueError):
        queue.renew(lease.token, seconds=seconds)
    assert queue.state("a") is State.RUNNING


def test_a_worker_needs_a_name(queue):
    queue.submit([job("a")])
    with pytest.raises(ValueError):
        queue.lease("", seconds=60)
    assert queue.state("a") is State.WAITING


def test_what_is_lent_cannot_be_taken_nor_ended_the_older_way(queue, clock):
    queue.submit([job("a"), job("b")])
    queue.lease("gpu-1", seconds=60)
    assert queue.take("gpu-2").id == "b"
    assert queue.take("gpu-2") is None
    for end in (
        lambda: queue.finish("a", 1),
        lambda: queue.fail("a", "no"),
        lambda: queue.give_back("a"),
    ):
        with pytest.raises(WrongState):
            end()
    assert queue.state("a") is State.RUNNING
    clock.advance(60)
    with pytest.raises(WrongState):
        queue.finish("a", 1)


def test_what_was_taken_is_not_lent_and_has_no_end(queue, clock):
    queue.submit([job("a")])
    queue.take("gpu-1")
    assert queue.lease("gpu-2", seconds=60) is None
    clock.advance(10**6)
    assert queue.lease("gpu-2", seconds=60) is None
    queue.give_back("a")
    assert queue.lease("gpu-2", seconds=60).number == 1


def test_what_came_back_can_be_taken_for_good(queue, clock):
    queue.submit([job("a")])
    lease = queue.lease("gpu-1", seconds=60)
    clock.advance(60)
    assert queue.take("gpu-2").id == "a"
    with pytest.raises(LeaseLost):
        queue.renew(lease.token, seconds=60)
    clock.advance(600)
    assert queue.state("a") is State.RUNNING
    queue.finish("a", 5)
    assert queue.results() == {"a": 5}


def test_a_cancelled_job_is_not_lent_any_more(queue, clock):
    queue.submit([job("a"), job("x", suite="gsm8k")])
    lease = queue.lease("gpu-1", seconds=60)
    assert queue.cancel("mmlu") == 1
    assert queue.state("a") is State.CANCELLED
    with pytest.raises(LeaseLost):
        queue.renew(lease.token, seconds=60)
    clock.advance(60)
    assert queue.state("a") is State.CANCELLED
    assert lent(queue, 2) == ["x", None]
