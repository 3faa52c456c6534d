import pytest
from helpers import CrashingStorage, PowerCut, jobs

from evalqueue import (
    EvalQueue,
    FileStorage,
    JournalDamaged,
    ManualClock,
    MemoryStorage,
    Shares,
    summary,
    timeline,
)


def a_short_night(storage):
    clock = ManualClock(100)
    queue = EvalQueue(storage, clock=clock)
    queue.submit(jobs("a b") + jobs("x", suite="gsm8k"))
    queue.take("gpu-1")
    clock.advance(60)
    queue.finish("a", 50)
    queue.cancel("mmlu")
    return queue


def test_the_journal_tells_what_happened_to_a_job():
    storage = MemoryStorage()
    a_short_night(storage)
    assert timeline(storage, "a")[1:] == [
        "100.000 take worker=gpu-1",
        "160.000 finish score=50.0",
        "160.000 cancel suite=mmlu",
    ]


def test_the_journal_can_lie_in_a_file(tmp_path):
    in_memory, in_file = MemoryStorage(), FileStorage(tmp_path / "night.journal")
    a_short_night(in_memory)
    a_short_night(in_file)
    assert in_file.read() == in_memory.read()


def test_a_used_storage_is_refused():
    storage = MemoryStorage()
    a_short_night(storage)
    with pytest.raises(ValueError):
        EvalQueue(storage)


def test_a_changed_line_is_noticed():
    storage = MemoryStorage()
    a_short_night(storage)
    changed = MemoryStorage(storage.read().replace(b"gpu-1", b"gpu-2"))
    with pytest.raises(JournalDamaged):
        timeline(changed, "a")


def test_nothing_happens_that_is_not_in_the_journal():
    queue = EvalQueue(CrashingStorage(room=0), clock=ManualClock())
    with pytest.raises(PowerCut):
        queue.submit(jobs("a"))
    assert queue.jobs() == []


def test_the_summary_says_what_is_missing():
    queue = a_short_night(MemoryStorage())
    assert summary(queue).splitlines() == [
        "gsm8k  north-7b  - (0/1)",
        "mmlu  north-7b  50.00 (1/2)",
    ]


def test_shares_are_proportions():
    shares = Shares({"alpha": 3})
    assert shares.percent(["beta", "alpha"]) == {"alpha": 75, "beta": 25}
    with pytest.raises(ValueError):
        Shares({"alpha": 0})
