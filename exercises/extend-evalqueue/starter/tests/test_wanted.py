"""Three of the things that are wanted. They fail as yet."""

from helpers import jobs

from evalqueue import EvalQueue, ManualClock, MemoryStorage, Shares, State


def test_a_killed_worker_does_not_keep_its_job():
    clock = ManualClock()
    queue = EvalQueue(MemoryStorage(), clock=clock)
    queue.submit(jobs("a"))
    queue.lease("gpu-17", seconds=600)
    assert queue.lease("gpu-3", seconds=600) is None
    clock.advance(600)
    assert queue.lease("gpu-3", seconds=600).job.id == "a"


def test_a_small_team_does_not_wait_for_a_large_one():
    queue = EvalQueue(
        MemoryStorage(), clock=ManualClock(), shares=Shares({"alpha": 2, "gamma": 1})
    )
    queue.submit(jobs("a1 a2 a3 a4 a5 a6"))
    queue.submit(jobs("g1 g2 g3", team="gamma"))
    lent = [queue.lease("gpu-1", seconds=600).job.team for _ in range(6)]
    assert 1 <= lent.count("gamma") <= 3


def test_a_restart_forgets_nothing():
    storage, clock = MemoryStorage(), ManualClock()
    queue = EvalQueue(storage, clock=clock)
    queue.submit(jobs("a b"))
    lease = queue.lease("gpu-1", seconds=600)
    again = EvalQueue.resume(storage, clock=clock)
    assert again.progress()[State.RUNNING] == 1
    assert again.complete(lease.token, 71.5)
    assert again.results() == {"a": 71.5}
