import pytest

from evalqueue import (
    EvalQueue,
    FileStorage,
    Job,
    JournalDamaged,
    ManualClock,
    MemoryStorage,
    QueueError,
    Shares,
    State,
    UnknownJob,
    WrongState,
    summary,
    timeline,
)


def job(id, team="alpha", suite="mmlu", priority=0, variant="north-7b"):
    return Job(id, team, suite, variant, priority)


@pytest.fixture
def clock():
    return ManualClock(100)


@pytest.fixture
def storage():
    return MemoryStorage()


@pytest.fixture
def queue(storage, clock):
    return EvalQueue(storage, clock=clock)


def taken(queue, count):
    jobs = [queue.take("nightly") for _ in range(count)]
    return [each and each.id for each in jobs]


def test_jobs_go_by_priority_and_order_whatever_their_team(queue):
    queue.submit([job("a"), job("b", "beta", priority=1), job("c", priority=2)])
    queue.submit([job("d", "beta"), job("e", priority=1), job("f", priority=-1)])
    assert taken(queue, 7) == ["c", "b", "e", "a", "d", "f", None]


def test_what_is_taken_is_the_job_as_it_was_submitted(queue):
    queue.submit([job("a", "beta", "gsm8k", 4, "south-1b")])
    found = queue.take("nightly")
    assert (found.id, found.team, found.suite) == ("a", "beta", "gsm8k")
    assert (found.priority, found.variant) == (4, "south-1b")
    assert queue.state("a") is State.RUNNING


def test_shares_play_no_part_for_what_is_taken(clock):
    queue = EvalQueue(MemoryStorage(), clock=clock, shares=Shares({"beta": 9}))
    queue.submit([job("a"), job("b"), job("x", "beta"), job("c")])
    assert taken(queue, 4) == ["a", "b", "x", "c"]


def test_a_submission_counts_what_is_new(queue):
    assert queue.submit([]) == 0
    assert queue.submit([job("a"), job("b")]) == 2
    assert queue.submit([job("b"), job("c"), job("c")]) == 1
    assert [each.id for each in queue.jobs()] == ["a", "b", "c"]


def test_an_id_belongs_to_one_job(queue):
    queue.submit([job("a")])
    for jobs in (
        [job("b"), job("a", priority=1)],
        [job("b"), job("b", "beta")],
    ):
        with pytest.raises(ValueError):
            queue.submit(jobs)
    assert [each.id for each in queue.jobs()] == ["a"]


def test_jobs_end_once(queue):
    queue.submit([job("a"), job("b"), job("c")])
    taken(queue, 3)
    queue.finish("a", 1.25)
    queue.fail("b", "too long")
    queue.cancel("mmlu")
    for id in "abc":
        for end in (
            lambda id=id: queue.finish(id, 2),
            lambda id=id: queue.fail(id, "other"),
            lambda id=id: queue.give_back(id),
        ):
            with pytest.raises(WrongState):
                end()
    assert queue.results() == {"a": 1.25}
    assert queue.failures() == {"b": "too long"}
    assert queue.state("c") is State.CANCELLED


def test_what_waits_cannot_end(queue):
    queue.submit([job("a")])
    with pytest.raises(WrongState):
        queue.finish("a", 1)
    with pytest.raises(WrongState):
        queue.give_back("a")
    assert queue.state("a") is State.WAITING


def test_an_unknown_job_is_unknown(queue):
    for look in (
        lambda: queue.state("a"),
        lambda: queue.finish("a", 1),
        lambda: queue.fail("a", "no"),
        lambda: queue.give_back("a"),
    ):
        with pytest.raises(UnknownJob):
            look()
    assert issubclass(UnknownJob, QueueError)
    assert issubclass(WrongState, QueueError)


def test_a_job_given_back_has_its_old_place(queue):
    queue.submit([job("a"), job("b", priority=1), job("c")])
    assert taken(queue, 3) == ["b", "a", "c"]
    queue.give_back("c")
    queue.give_back("a")
    queue.give_back("b")
    queue.submit([job("d", priority=1)])
    assert taken(queue, 5) == ["b", "d", "a", "c", None]


def test_a_cancelled_suite_takes_no_other_with_it(queue):
    queue.submit([job("a"), job("b"), job("x", suite="gsm8k"), job("c")])
    taken(queue, 2)
    queue.finish("a", 5)
    assert queue.cancel("gs") == 0
    assert queue.cancel("mmlu") == 2
    assert queue.cancel("mmlu") == 0
    assert taken(queue, 2) == ["x", None]
    assert queue.results() == {"a": 5}
    queue.submit([job("d")])
    assert queue.state("d") is State.WAITING


def test_progress_counts_all_states(queue):
    assert list(queue.progress().values()) == [0, 0, 0, 0, 0]
    queue.submit([job(id) for id in "abcdefgh"] + [job("x", suite="gsm8k")])
    taken(queue, 5)
    queue.finish("a", 0)
    queue.fail("b", "no")
    queue.finish("c", 0)
    queue.cancel("gsm8k")
    progress = {str(state): count for state, count in queue.progress().items()}
    assert progress == {
        "waiting": 3,
        "running": 2,
        "done": 2,
        "failed": 1,
        "cancelled": 1,
    }


@pytest.mark.parametrize("score", [float("nan"), float("inf"), float("-inf")])
def test_a_malformed_score_changes_nothing(queue, storage, score):
    queue.submit([job("a")])
    queue.take("nightly")
    before = storage.read()
    with pytest.raises(ValueError):
        queue.finish("a", score)
    assert storage.read() == before
    assert queue.state("a") is State.RUNNING


def test_malformed_values_are_refused(queue):
    queue.submit([job("a")])
    with pytest.raises(ValueError):
        queue.take("")
    assert queue.state("a") is State.WAITING
    for parts in (("", "t", "s", "v"), ("i", "", "s", "v"), ("i", "t", "s", "")):
        with pytest.raises(ValueError):
            Job(*parts)
    with pytest.raises(ValueError):
        EvalQueue(MemoryStorage(), max_leases=0)
    with pytest.raises(ValueError):
        Shares({"alpha": 0})


def test_a_storage_in_use_is_refused(queue, storage):
    queue.submit([job("a")])
    with pytest.raises(ValueError):
        EvalQueue(storage)


def test_looking_leaves_no_trace(queue, storage, clock):
    queue.submit([job("a")])
    queue.take("nightly")
    before = storage.read()
    clock.advance(1000)
    queue.state("a")
    queue.progress()
    queue.results()
    queue.failures()
    queue.jobs()
    assert queue.take("nightly") is None
    assert queue.cancel("nothing") == 0
    assert queue.submit([job("a")]) == 0
    assert storage.read() == before


def test_the_journal_tells_the_story_of_a_job(queue, storage, clock):
    queue.submit([job("x", "beta", "gsm8k", 2), job("a")])
    queue.take("gpu-1")
    clock.advance(1.5)
    queue.give_back("x")
    queue.take("gpu-2")
    queue.fail("x", "no")
    queue.cancel("gsm8k")
    queue.cancel("mmlu")
    assert timeline(storage, "x") == [
        "100.000 submit priority=2 suite=gsm8k team=beta variant=north-7b",
        "100.000 take worker=gpu-1",
        "101.500 give_back",
        "101.500 take worker=gpu-2",
        "101.500 fail reason=no",
    ]
    assert timeline(storage, "a")[1:] == ["101.500 cancel suite=mmlu"]
    assert timeline(storage, "b") == []


def test_the_journal_of_a_day_is_what_it_was(queue, storage):
    queue.submit([job("a")])
    queue.take("gpu-1")
    queue.finish("a", 2)
    assert storage.read().split(b"\n") == [
        b'5bdfff07 {"at": 100, "id": "a", "op": "submit", "priority": 0, '
        b'"suite": "mmlu", "team": "alpha", "variant": "north-7b"}',
        b'0c16c8d3 {"at": 100, "job": "a", "op": "take", "worker": "gpu-1"}',
        b'88e1b8e8 {"at": 100, "job": "a", "op": "finish", "score": 2.0}',
        b"",
    ]


def test_a_damaged_line_is_noticed(queue, storage):
    queue.submit([job("a")])
    with pytest.raises(JournalDamaged):
        timeline(MemoryStorage(storage.read().replace(b"alpha", b"gamma")), "a")


def test_the_journal_can_be_a_file(tmp_path, clock):
    path = tmp_path / "night.journal"
    storage = FileStorage(path)
    assert storage.read() == b""
    queue = EvalQueue(storage, clock=clock)
    queue.submit([job("a")])
    assert path.read_bytes() == storage.read()
    assert timeline(storage, "a")[0].startswith("100.000 submit")
    storage.truncate(5)
    assert path.read_bytes() == b"5bdff"


def test_nothing_is_done_that_could_not_be_written(clock):
    class Full(MemoryStorage):
        full = False

        def append(self, data):
            if self.full:
                raise OSError("no space left")
            super().append(data)

    storage = Full()
    queue = EvalQueue(storage, clock=clock)
    queue.submit([job("a"), job("b")])
    queue.take("nightly")
    storage.full = True
    for act in (
        lambda: queue.submit([job("c")]),
        lambda: queue.take("nightly"),
        lambda: queue.finish("a", 1),
        lambda: queue.cancel("mmlu"),
    ):
        with pytest.raises(OSError):
            act()
    assert (queue.state("a"), queue.state("b")) == (State.RUNNING, State.WAITING)
    assert queue.results() == {}
    assert len(queue.jobs()) == 2


def test_the_summary(queue):
    queue.submit([job("a"), job("b"), job("c", variant="south-1b")])
    queue.submit([job("x", suite="gsm8k")])
    taken(queue, 3)
    assert summary(queue).splitlines() == [
        "gsm8k  north-7b  - (0/1)",
        "mmlu  north-7b  - (0/2)",
        "mmlu  south-1b  - (0/1)",
    ]
    queue.finish("a", 10)
    queue.finish("c", 1 / 3)
    assert summary(queue).splitlines()[1:] == [
        "mmlu  north-7b  10.00 (1/2)",
        "mmlu  south-1b  0.33",
    ]
    queue.finish("b", 5)
    assert summary(queue).splitlines()[1] == "mmlu  north-7b  7.50"


def test_shares_are_proportions():
    shares = Shares({"alpha": 3, "beta": 1})
    assert (shares.weight("alpha"), shares.weight("gamma")) == (3, 1)
    assert shares.percent(["gamma", "alpha", "gamma", "beta"]) == {
        "alpha": 60,
        "beta": 20,
        "gamma": 20,
    }


def test_a_clock_goes_forward(clock):
    clock.advance(0.5)
    assert clock.now() == 100.5
    with pytest.raises(ValueError):
        clock.advance(-1)
