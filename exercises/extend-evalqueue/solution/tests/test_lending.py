"""Leases, scores that come twice, jobs that are given up, shares and restarts."""

import json
from contextlib import suppress
from dataclasses import asdict
from fractions import Fraction
from zlib import crc32

import pytest
from helpers import CrashingStorage, PowerCut, job, jobs

from evalqueue import (
    EvalQueue,
    JournalDamaged,
    LeaseLost,
    ManualClock,
    MemoryStorage,
    ResultConflict,
    Shares,
    State,
    WrongState,
)


@pytest.fixture
def clock():
    return ManualClock(100)


@pytest.fixture
def queue(clock):
    queue = EvalQueue(MemoryStorage(), clock=clock)
    queue.submit(jobs("a b"))
    return queue


def everything(queue):
    """What can be asked of a queue."""
    states = {each.id: queue.state(each.id) for each in queue.jobs()}
    return states, queue.results(), queue.failures()


# A lease ends at its time, and not before.


def test_a_lease_says_what_it_is(queue):
    lease = queue.lease("gpu-1", seconds=60)
    assert (lease.job.id, lease.worker, lease.ends_at, lease.number) == (
        "a",
        "gpu-1",
        160,
        1,
    )
    assert queue.state("a") is State.RUNNING


def test_a_lease_is_over_at_its_end_for_whoever_asks(queue, clock):
    queue.lease("gpu-1", seconds=60)
    clock.advance(59.5)
    assert queue.state("a") is State.RUNNING
    clock.advance(0.5)
    assert queue.progress()[State.WAITING] == 2
    assert queue.lease("gpu-2", seconds=60).number == 2


@pytest.mark.parametrize("seconds", [5, 90])
def test_renewing_counts_from_now_be_it_sooner_or_later(queue, clock, seconds):
    lease = queue.lease("gpu-1", seconds=60)
    clock.advance(40)
    renewed = queue.renew(lease.token, seconds=seconds)
    assert (renewed.token, renewed.ends_at) == (lease.token, 140 + seconds)
    clock.advance(seconds - 1)
    assert queue.state("a") is State.RUNNING
    clock.advance(1)
    assert queue.state("a") is State.WAITING
    with pytest.raises(LeaseLost):
        queue.renew(lease.token, seconds=60)


@pytest.mark.parametrize("seconds", [0, -5, float("inf"), float("nan")])
def test_nothing_is_lent_for_an_impossible_time(queue, seconds):
    with pytest.raises(ValueError):
        queue.lease("gpu-1", seconds=seconds)
    lease = queue.lease("gpu-1", seconds=60)
    with pytest.raises(ValueError):
        queue.renew(lease.token, seconds=seconds)


def test_lent_and_taken_jobs_keep_apart(queue, clock):
    queue.lease("gpu-1", seconds=60)
    assert queue.take("gpu-2").id == "b"
    assert queue.lease("gpu-1", seconds=60) is None
    with pytest.raises(WrongState):
        queue.finish("a", 1)
    with pytest.raises(WrongState):
        queue.give_back("a")
    with pytest.raises(WrongState):
        queue.fail("a", "no")
    clock.advance(1000)
    assert queue.state("b") is State.RUNNING


def test_a_cancelled_job_does_not_come_back(queue, clock):
    lease = queue.lease("gpu-1", seconds=60)
    assert queue.cancel("mmlu") == 2
    clock.advance(60)
    with pytest.raises(LeaseLost):
        queue.complete(lease.token, 1)
    assert queue.lease("gpu-1", seconds=60) is None


# A score is recorded once.


@pytest.mark.parametrize("later", [0, 1000])
def test_the_same_score_may_come_again(queue, clock, later):
    lease = queue.lease("gpu-1", seconds=60)
    assert queue.complete(lease.token, 71.5) is True
    clock.advance(later)
    assert queue.complete(lease.token, 71.5) is False
    with pytest.raises(ResultConflict):
        queue.complete(lease.token, 71.6)
    assert queue.results() == {"a": 71.5}


def test_a_token_is_worth_nothing_after_its_time(queue, clock):
    late = queue.lease("gpu-1", seconds=60)
    clock.advance(60)
    with pytest.raises(LeaseLost):
        queue.complete(late.token, 1)
    new = queue.lease("gpu-1", seconds=60)
    queue.complete(new.token, 1)
    with pytest.raises(LeaseLost):
        queue.complete(late.token, 1)


# A job that kills its workers is given up.


def test_a_job_is_given_up_when_its_leases_have_run_out(queue, clock):
    for number in (1, 2, 3):
        assert queue.lease("gpu-1", seconds=60).job.id == "a"
        clock.advance(60)
        assert bool(queue.failures()) == (number == 3)
    assert queue.failures() == {"a": "leases ran out: 3"}
    assert queue.lease("gpu-1", seconds=60).job.id == "b"


def test_renewals_do_not_count(queue, clock):
    lease = queue.lease("gpu-1", seconds=60)
    for _ in range(9):
        clock.advance(59)
        queue.renew(lease.token, seconds=60)
    clock.advance(60)
    assert queue.state("a") is State.WAITING


# Shares.


def check_shares(queue, weights, leases):
    """Lease and complete; check after each lease what the teams have had."""
    had = dict.fromkeys(weights, Fraction(0))
    for _ in range(leases):
        lease = queue.lease("gpu-1", seconds=60)
        queue.complete(lease.token, 1)
        had[lease.job.team] += Fraction(1, weights[lease.job.team])
        for one in weights:
            for other in weights:
                most = Fraction(1, weights[one]) + Fraction(1, weights[other])
                assert abs(had[one] - had[other]) <= most


def test_teams_get_their_shares_whatever_their_priorities(clock):
    weights = {"alpha": 3, "beta": 2, "gamma": 1}
    queue = EvalQueue(MemoryStorage(), clock=clock, shares=Shares(weights))
    for place, team in enumerate(weights):
        ids = " ".join(f"{team}-{number}" for number in range(30))
        queue.submit(jobs(ids, team, priority=place))
    check_shares(queue, weights, 30)


def test_who_was_away_neither_catches_up_nor_waits(clock):
    weights = {"alpha": 1, "beta": 1}
    queue = EvalQueue(MemoryStorage(), clock=clock)
    for number in range(3):
        queue.submit(jobs(" ".join(f"a{number}-{n}" for n in range(15))))
        for _ in range(15):
            queue.complete(queue.lease("gpu-1", seconds=60).token, 1)
        queue.submit(jobs(" ".join(f"a{number}+{n}" for n in range(8))))
        queue.submit(jobs(" ".join(f"b{number}+{n}" for n in range(8)), "beta"))
        check_shares(queue, weights, 14)
        for _ in range(2):
            queue.complete(queue.lease("gpu-1", seconds=60).token, 1)


# Restarts.


def a_night(storage, clock):
    """Let a bit of everything happen; return the leases that are still out."""
    queue = EvalQueue(storage, clock=clock, max_leases=1)
    queue.submit(jobs("a b c d e f") + jobs("x y", suite="gsm8k"))
    queue.take("nightly")
    queue.finish("a", 1)
    queue.take("nightly")
    queue.fail("b", "too long")
    queue.take("nightly")
    queue.give_back("c")
    for seconds in (60, 200, 200):
        lease = queue.lease("gpu-1", seconds=seconds)
    queue.renew(lease.token, seconds=300)
    queue.complete(queue.lease("gpu-2", seconds=50).token, 4)
    queue.lease("gpu-3", seconds=10)
    clock.advance(20)
    queue.cancel("gsm8k")
    return queue, lease


def test_a_queue_goes_on_as_if_it_had_never_stopped(clock):
    storage = MemoryStorage()
    queue, lease = a_night(storage, clock)
    for _ in range(4):
        again = EvalQueue.resume(storage, clock=clock, max_leases=1)
        assert everything(again) == everything(queue)
        clock.advance(60)
    assert again.renew(lease.token, seconds=9).ends_at == clock.now() + 9
    assert again.complete(lease.token, 3) is True
    later = EvalQueue.resume(storage, clock=clock, max_leases=1)
    assert later.complete(lease.token, 3) is False


def test_what_was_taken_after_a_lease_stays_with_its_worker(queue, clock):
    storage = MemoryStorage()
    queue = EvalQueue(storage, clock=clock)
    queue.submit(jobs("a"))
    old = queue.lease("gpu-1", seconds=60)
    clock.advance(60)
    queue.take("nightly")
    again = EvalQueue.resume(storage, clock=clock)
    assert again.lease("gpu-2", seconds=60) is None
    again.give_back("a")
    assert again.lease("gpu-2", seconds=60).token != old.token


def test_the_power_may_go_at_any_byte(clock):
    whole = MemoryStorage()
    a_night(whole, clock)
    for room in range(0, len(whole.read()), 7):
        storage = CrashingStorage(room)
        with suppress(PowerCut):
            a_night(storage, ManualClock(100))
        storage = MemoryStorage(storage.read())
        queue = EvalQueue.resume(storage, clock=clock, max_leases=1)
        known = everything(queue)
        queue.submit([job("new")])
        again = EvalQueue.resume(storage, clock=clock, max_leases=1)
        after = everything(again)
        assert after[0].pop("new") is State.WAITING
        assert after == known


@pytest.mark.parametrize("torn", [b"", b"0123"])
def test_damage_is_not_taken_for_a_crash(clock, torn):
    storage = MemoryStorage()
    a_night(storage, clock)
    data = b"gsm9k".join(storage.read().rsplit(b"gsm8k", 1)) + torn
    damaged = MemoryStorage(data)
    with pytest.raises(JournalDamaged):
        EvalQueue.resume(damaged, clock=clock)
    assert damaged.read() == data


@pytest.mark.parametrize(
    "record",
    [
        {"op": "submit", **asdict(job("a"))},
        {"op": "take", "job": "a", "worker": "gpu-1"},
        {"op": "take", "job": "nobody", "worker": "gpu-1"},
        {"op": "finish", "job": "c", "score": 1},
        {"op": "finish", "job": "c"},
        {"op": "fail", "job": "a", "reason": "too late"},
        {"op": "give_back", "job": "b"},
    ],
)
def test_what_cannot_have_happened_is_not_believed(clock, record):
    storage = MemoryStorage()
    queue = EvalQueue(storage, clock=clock)
    queue.submit(jobs("a b c"))
    queue.take("nightly")
    queue.finish("a", 1)
    queue.lease("gpu-1", seconds=60)
    text = json.dumps({"at": clock.now(), **record}).encode()
    data = storage.read() + b"%08x %s\n" % (crc32(text), text)
    damaged = MemoryStorage(data)
    with pytest.raises(JournalDamaged):
        EvalQueue.resume(damaged, clock=clock)
    assert damaged.read() == data


def test_a_record_of_another_kind_is_not_guessed_at(clock):
    storage = MemoryStorage(b'80bcf89a {"at": 1, "op": "dance"}\n')
    with pytest.raises(JournalDamaged):
        EvalQueue.resume(storage, clock=clock)
