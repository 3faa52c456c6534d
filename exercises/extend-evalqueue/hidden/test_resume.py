import random
import zlib
from contextlib import suppress
from fractions import Fraction

import pytest

from evalqueue import (
    EvalQueue,
    Job,
    JournalDamaged,
    LeaseLost,
    ManualClock,
    MemoryStorage,
    QueueError,
    Shares,
    State,
)


class PowerCut(Exception):
    pass


class Disk:
    """A storage on which the power goes after so many bytes, if it is told how many."""

    def __init__(self, data=b"", room=None, cut_truncate=False):
        self.data = data
        self.room = room
        self.ends = [len(data)]
        self.cut_truncate = cut_truncate

    def read(self):
        return self.data

    def append(self, data):
        if self.room is None:
            self.data += data
        else:
            self.data += data[: max(self.room, 0)]
            self.room -= len(data)
            if self.room < 0:
                raise PowerCut
        self.ends.append(len(self.data))

    def truncate(self, size):
        if self.cut_truncate:
            raise PowerCut
        self.data = self.data[:size]


def job(id, team="alpha", suite="mmlu", priority=0):
    return Job(id, team, suite, "north-7b", priority)


def ids(queue):
    return [each.id for each in queue.jobs()]


def known(queue):
    """Everything that can be asked of a queue."""
    states = {each.id: str(queue.state(each.id)) for each in queue.jobs()}
    return states, queue.results(), queue.failures()


def test_an_empty_storage_gives_an_empty_queue():
    storage = MemoryStorage()
    queue = EvalQueue.resume(storage, clock=ManualClock())
    assert queue.jobs() == []
    assert queue.submit([job("a")]) == 1
    assert queue.lease("gpu-1", seconds=60).job.id == "a"
    assert ids(EvalQueue.resume(storage, clock=ManualClock())) == ["a"]


def test_every_kind_of_job_goes_on():
    clock, storage = ManualClock(), MemoryStorage()
    queue = EvalQueue(storage, clock=clock)
    queue.submit([job(id) for id in "abcde"] + [job("x", suite="gsm8k")])
    queue.submit([job("é 7\n", priority=2)])
    assert queue.take("gpu-1").id == "é 7\n"
    for id in "abc":
        assert queue.take("gpu-1").id == id
    queue.finish("a", 71.5)
    queue.fail("b", "no\nprompt")
    lease = queue.lease("gpu-2", seconds=60)
    queue.complete(queue.lease("gpu-2", seconds=60).token, 5)
    queue.cancel("gsm8k")
    again = EvalQueue.resume(storage, clock=clock)
    assert ids(again) == ["a", "b", "c", "d", "e", "x", "é 7\n"]
    assert known(again) == known(queue)
    assert known(again)[0] == {
        "a": "done",
        "b": "failed",
        "c": "running",
        "d": "running",
        "e": "done",
        "x": "cancelled",
        "é 7\n": "running",
    }
    assert again.failures() == {"b": "no\nprompt"}
    again.finish("c", 1)
    again.give_back("é 7\n")
    assert again.take("gpu-3").id == "é 7\n"
    assert again.complete(lease.token, 8) is True
    assert again.results() == {"a": 71.5, "c": 1, "d": 8, "e": 5}


def test_leases_keep_their_ends_tokens_and_numbers():
    clock, storage = ManualClock(500), MemoryStorage()
    queue = EvalQueue(storage, clock=clock)
    queue.submit([job("a"), job("b"), job("c")])
    long, short, renewed = (
        queue.lease(f"gpu-{seconds}", seconds=seconds) for seconds in (90, 40, 20)
    )
    queue.renew(renewed.token, seconds=70)
    clock.advance(50)
    queue = EvalQueue.resume(storage, clock=clock)
    states = [str(queue.state(id)) for id in "abc"]
    assert states == ["running", "waiting", "running"]
    with pytest.raises(LeaseLost):
        queue.complete(short.token, 1)
    same = queue.renew(long.token, seconds=45)
    assert (same.token, same.worker, same.number) == (long.token, "gpu-90", 1)
    assert (same.job.id, same.ends_at) == ("a", 595)
    new = queue.lease("gpu-9", seconds=60)
    assert (new.job.id, new.number) == ("b", 2)
    queue = EvalQueue.resume(storage, clock=clock)
    clock.advance(21)
    states = [str(queue.state(id)) for id in "abc"]
    assert states == ["running", "running", "waiting"]
    clock.advance(25)
    assert queue.state("a") is State.WAITING


def test_no_token_is_given_twice():
    clock, storage = ManualClock(), MemoryStorage()
    queue = EvalQueue(storage, clock=clock, max_leases=50)
    queue.submit([job("a"), job("b")])
    leases = []
    for _ in range(6):
        leases += [queue.lease("gpu-1", seconds=60), queue.lease("gpu-1", seconds=60)]
        assert [lease.job.id for lease in leases[-2:]] == ["a", "b"]
        clock.advance(61)
        queue = EvalQueue.resume(storage, clock=clock, max_leases=50)
    assert len({lease.token for lease in leases}) == 12
    queue.lease("gpu-1", seconds=60)
    for lease in leases:
        with pytest.raises(LeaseLost):
            queue.complete(lease.token, 1)


def test_what_was_brought_before_is_known_after():
    clock, storage = ManualClock(), MemoryStorage()
    queue = EvalQueue(storage, clock=clock)
    queue.submit([job("a")])
    lease = queue.lease("gpu-1", seconds=60)
    queue.complete(lease.token, 0.1)
    clock.advance(30)
    for _ in range(2):
        queue = EvalQueue.resume(storage, clock=clock)
        assert queue.complete(lease.token, 0.1) is False
    assert queue.results() == {"a": 0.1}


def test_leases_that_ran_out_are_counted_across_restarts():
    clock, storage = ManualClock(), MemoryStorage()
    steady = EvalQueue(MemoryStorage(), clock=clock)
    steady.submit([job("a")])
    queue = EvalQueue(storage, clock=clock)
    queue.submit([job("a")])
    for _ in range(3):
        lease = steady.lease("gpu-1", seconds=60)
        assert queue.lease("gpu-1", seconds=60).number == lease.number
        queue = EvalQueue.resume(storage, clock=clock)
        clock.advance(61)
    for _ in range(2):
        assert known(queue) == known(steady)
        queue = EvalQueue.resume(storage, clock=clock)
        lent = [each.lease("gpu-1", seconds=60) for each in (steady, queue)]
        assert (lent[0] is None) == (lent[1] is None)
    assert known(queue) == known(steady)


@pytest.mark.parametrize("most", [1, 2])
def test_what_happened_after_a_lease_ran_out_still_happened_after_it(most):
    clock, storage = ManualClock(), MemoryStorage()
    queue = EvalQueue(storage, clock=clock, max_leases=most)
    queue.submit([job("a"), job("b", suite="gsm8k")])
    queue.lease("gpu-1", seconds=60)
    clock.advance(100)
    queue.cancel("mmlu")  # with one lease, it was given up already
    before = known(queue)
    queue = EvalQueue.resume(storage, clock=clock, max_leases=most)
    assert known(queue) == before


def test_what_was_taken_after_its_lease_ran_out_stays_taken():
    clock, storage = ManualClock(), MemoryStorage()
    queue = EvalQueue(storage, clock=clock)
    queue.submit([job("a")])
    queue.lease("gpu-1", seconds=60)
    clock.advance(100)
    queue.take("gpu-2")
    queue = EvalQueue.resume(storage, clock=clock)
    assert queue.lease("gpu-3", seconds=60) is None
    clock.advance(1000)
    queue.finish("a", 7)
    assert queue.results() == {"a": 7}


@pytest.mark.parametrize("seed", range(4))
def test_nobody_notices_restarts(seed):
    chance = random.Random(seed)
    clock, storage = ManualClock(), MemoryStorage()
    steady = EvalQueue(MemoryStorage(), clock=clock, max_leases=2)
    restarted = EvalQueue(storage, clock=clock, max_leases=2)
    leases = []

    def both(act):
        outcomes = []
        for queue in (steady, restarted):
            try:
                outcomes.append(act(queue, queue is restarted))
            except QueueError as error:
                outcomes.append(type(error))
        return outcomes

    for number in range(45):
        restarted = EvalQueue.resume(storage, clock=clock, max_leases=2)
        id = f"j{chance.randint(0, 20)}"
        kind = chance.randint(0, 9)
        if kind == 0:
            numbers = [chance.randint(0, 20) for _ in range(4)]
            new = [job(f"j{number}", suite=f"s{number % 3}") for number in numbers]
            one, other = both(lambda queue, _, new=new: queue.submit(new))
        elif kind in (1, 2, 3):
            worker, more = f"gpu-{number}", chance.randint(5, 40)
            one, other = both(
                lambda queue, _, worker=worker, more=more: queue.lease(
                    worker, seconds=more
                )
            )
            if one is not None:
                leases.append((one.token, other.token))
                one, other = (
                    (each.job.id, each.worker, each.ends_at, each.number)
                    for each in (one, other)
                )
        elif kind in (4, 5) and leases:
            tokens, score = chance.choice(leases), chance.randint(0, 1)
            one, other = both(
                lambda queue, which, tokens=tokens, score=score: queue.complete(
                    tokens[which], score
                )
            )
        elif kind == 6 and leases:
            tokens, more = chance.choice(leases), chance.randint(5, 40)
            one, other = both(
                lambda queue, which, tokens=tokens, more=more: (
                    queue.renew(tokens[which], seconds=more).ends_at
                )
            )
        elif kind == 7:
            name = chance.choice(["finish", "fail", "give_back"])
            more = {"finish": (3,), "fail": ("no",), "give_back": ()}[name]
            one, other = both(
                lambda queue, _, name=name, id=id, more=more: getattr(queue, name)(
                    id, *more
                )
            )
        elif kind == 8:
            one, other = both(lambda queue, _: queue.take("nightly"))
            one, other = (each and each.id for each in (one, other))
        else:
            suite = f"s{chance.randint(0, 9)}"
            one, other = both(lambda queue, _, suite=suite: queue.cancel(suite))
        assert one == other
        clock.advance(chance.choice([0, 1, 10, 30]))
        assert known(steady) == known(restarted)


def test_whose_turn_it_is_survives_restarts():
    clock, storage = ManualClock(), MemoryStorage()
    weights = {"alpha": 3, "beta": 2, "gamma": 1}
    shares = Shares(weights)
    queue = EvalQueue(storage, clock=clock, shares=shares)
    for team in weights:
        queue.submit([job(f"{team}-{number}", team) for number in range(30)])
    had = dict.fromkeys(weights, Fraction(0))
    for _ in range(24):
        lease = queue.lease("gpu-1", seconds=60)
        had[lease.job.team] += Fraction(1, weights[lease.job.team])
        for one in weights:
            for other in weights:
                most = Fraction(1, weights[one]) + Fraction(1, weights[other])
                assert abs(had[one] - had[other]) <= most
        queue = EvalQueue.resume(storage, clock=clock, shares=shares)


def test_looking_twice_does_no_harm():
    clock, storage = ManualClock(), MemoryStorage()
    queue = EvalQueue(storage, clock=clock)
    queue.submit([job("a"), job("b")])
    queue.lease("gpu-1", seconds=60)
    clock.advance(100)
    whole = storage.read()
    first = known(EvalQueue.resume(storage, clock=clock))
    again = EvalQueue.resume(storage, clock=clock)
    assert known(again) == first
    assert again.lease("gpu-1", seconds=60).number == 2
    assert storage.read().startswith(whole)


OLD = """
{"at": 100, "id": "a", "op": "submit", "priority": 0, "suite": "mmlu", "team": "alpha", "variant": "north-7b"}
{"at": 100, "id": "b", "op": "submit", "priority": 3, "suite": "mmlu", "team": "alpha", "variant": "north-7b"}
{"at": 100, "id": "c", "op": "submit", "priority": 0, "suite": "mmlu", "team": "beta", "variant": "north-7b"}
{"at": 100, "id": "d", "op": "submit", "priority": 0, "suite": "mmlu", "team": "alpha", "variant": "north-7b"}
{"at": 100, "id": "x", "op": "submit", "priority": 0, "suite": "gsm8k", "team": "beta", "variant": "north-7b"}
{"at": 100, "job": "b", "op": "take", "worker": "gpu-1"}
{"at": 160, "job": "b", "op": "finish", "score": 71.5}
{"at": 160, "job": "a", "op": "take", "worker": "gpu-2"}
{"at": 160, "job": "a", "op": "fail", "reason": "prompt too long"}
{"at": 160, "job": "c", "op": "take", "worker": "gpu-3"}
{"at": 160, "job": "d", "op": "take", "worker": "gpu-4"}
{"at": 165, "job": "c", "op": "give_back"}
{"at": 165, "op": "cancel", "suite": "gsm8k"}
"""  # noqa: E501


def old_journal():
    lines = [line.encode() for line in OLD.strip().splitlines()]
    return [b"%08x %s\n" % (zlib.crc32(line), line) for line in lines]


def test_a_journal_of_the_version_before_can_be_resumed():
    storage = MemoryStorage(b"".join(old_journal()))
    queue = EvalQueue.resume(storage, clock=ManualClock(200))
    states, results, failures = known(queue)
    assert states == {
        "a": "failed",
        "b": "done",
        "c": "waiting",
        "d": "running",
        "x": "cancelled",
    }
    assert (results, failures) == ({"b": 71.5}, {"a": "prompt too long"})
    lease = queue.lease("gpu-1", seconds=60)
    assert (lease.job.id, lease.job.team, lease.number) == ("c", "beta", 1)
    assert queue.complete(lease.token, 3) is True
    queue.finish("d", 4)
    again = EvalQueue.resume(storage, clock=ManualClock(300))
    assert again.results() == {"b": 71.5, "c": 3, "d": 4}


@pytest.mark.parametrize("place", [0, 6, -1])
@pytest.mark.parametrize("torn", [b"", b'0a2f4641 {"at": 170, "jo'])
def test_what_a_crash_cannot_leave_is_damage(place, torn):
    lines = old_journal()
    lines[place] = lines[place].replace(b'"at": 1', b'"at": 2')
    data = b"".join(lines) + torn
    storage = MemoryStorage(data)
    with pytest.raises(JournalDamaged):
        EvalQueue.resume(storage, clock=ManualClock(200))
    assert storage.read() == data


@pytest.mark.parametrize(
    "record",
    [
        b'{"at": 170, "id": "c", "op": "submit", "priority": 0, "suite": "mmlu",'
        b' "team": "beta", "variant": "north-7b"}',
        b'{"at": 170, "job": "nobody", "op": "take", "worker": "gpu-1"}',
        b'{"at": 170, "job": "d", "op": "take", "worker": "gpu-1"}',
        b'{"at": 170, "job": "c", "op": "finish", "score": 1}',
        b'{"at": 170, "job": "b", "op": "fail", "reason": "too late"}',
        b'{"at": 170, "job": "x", "op": "give_back"}',
    ],
    ids=["twice", "unknown", "taken twice", "not taken", "over", "cancelled"],
)
def test_a_record_of_what_cannot_have_happened_is_damage(record):
    data = b"".join([*old_journal(), b"%08x %s\n" % (zlib.crc32(record), record)])
    storage = MemoryStorage(data)
    with pytest.raises(JournalDamaged):
        EvalQueue.resume(storage, clock=ManualClock(200))
    assert storage.read() == data


def test_a_line_may_break_off_anywhere():
    lines = old_journal()
    whole = b"".join(lines[:-1])
    for size in range(len(lines[-1])):
        storage = MemoryStorage(whole + lines[-1][:size])
        queue = EvalQueue.resume(storage, clock=ManualClock(200))
        state = str(queue.state("x"))
        assert state == "waiting" or (state == "cancelled" and size > 40)
        queue.take("gpu-1")
        queue.cancel("gsm8k")
        again = EvalQueue.resume(storage, clock=ManualClock(200))
        assert again.state("c") is State.RUNNING
        assert again.state("x") is State.CANCELLED


def test_the_very_first_line_may_break_off():
    storage = MemoryStorage(old_journal()[0][:30])
    queue = EvalQueue.resume(storage, clock=ManualClock(200))
    assert queue.jobs() == []
    queue.submit([job("a")])
    assert ids(EvalQueue.resume(storage, clock=ManualClock(200))) == ["a"]


def test_the_power_may_go_while_a_queue_resumes():
    data = b"".join(old_journal())[:-5]
    storage = Disk(data, room=0, cut_truncate=True)
    with suppress(PowerCut):
        EvalQueue.resume(storage, clock=ManualClock(200)).take("gpu-1")
    after = Disk(storage.data)
    queue = EvalQueue.resume(after, clock=ManualClock(200))
    assert queue.take("gpu-1").id == "c"
    assert EvalQueue.resume(after, clock=ManualClock(200)).state("c") is State.RUNNING


class Night:
    """Workers and a team that go on after any crash, and remember what they were told.

    Jobs are given to `room`: how many bytes fit before the power goes, and then how
    many before it goes again, and so on; after the last it stays on.
    """

    def __init__(self, *rooms):
        self.clock = ManualClock()
        self.rooms = list(rooms)
        self.disk = Disk(room=self.rooms.pop(0) if self.rooms else None)
        self.queue = EvalQueue(self.disk, clock=self.clock, max_leases=99)
        self.told = {}
        self.recorded = {}  # how often a call said that a score was news
        self.in_doubt = set()  # scores whose first call was cut off

    def call(self, act, doubt=None):
        """Call the queue; after a crash resume and call it again."""
        for _ in range(9):
            try:
                return act(self.queue)
            except PowerCut:
                if doubt is not None:
                    self.in_doubt.add(doubt)
                room = self.rooms.pop(0) if self.rooms else None
                self.disk = Disk(self.disk.data, room)
                self.queue = EvalQueue.resume(
                    self.disk, clock=self.clock, max_leases=99
                )
                results = self.queue.results()
                assert self.told.items() <= results.items()
                unknown = set(results) - set(self.told)
                assert unknown <= {doubt}
                assert len(ids(self.queue)) == len(set(ids(self.queue)))
        raise AssertionError("the power goes for ever")

    def lease(self, seconds=60):
        return self.call(lambda queue: queue.lease("gpu-1", seconds=seconds))

    def complete(self, lease):
        id = lease.job.id
        score = float(len(id))
        news = self.call(lambda queue: queue.complete(lease.token, score), doubt=id)
        self.told[id] = score
        self.recorded[id] = self.recorded.get(id, 0) + news
        assert self.queue.results()[id] == score

    def pass_by(self):
        self.call(lambda queue: queue.submit([job("a"), job("bb"), job("ccc")]))
        first = self.lease()
        second = self.lease()
        self.complete(first)
        self.call(lambda queue: queue.submit([job("dddd", suite="gsm8k")]))
        self.clock.advance(30)
        self.call(lambda queue: queue.renew(second.token, seconds=60))
        self.clock.advance(40)
        self.complete(second)
        self.lease()  # whoever has this one is killed
        self.call(lambda queue: queue.cancel("gsm8k"))
        self.clock.advance(61)
        for _ in range(8):
            if lease := self.lease():
                self.complete(lease)
            else:
                self.clock.advance(61)
        assert self.lease() is None
        assert self.queue.results() == {"a": 1, "bb": 2, "ccc": 3}
        assert self.queue.state("dddd") is State.CANCELLED
        for id, times in self.recorded.items():
            assert times == 1 or (times == 0 and id in self.in_doubt)
        return known(EvalQueue.resume(self.disk, clock=self.clock, max_leases=99))


def places():
    """Where the power may go: around the end of each write, and in between."""
    steady = Night()
    steady.pass_by()
    ends = steady.disk.ends
    found = set(range(0, ends[-1], 127))
    found |= {end + near for end in ends for near in (-1, 0, 1)}
    return sorted(place for place in found if 0 <= place < ends[-1])


def test_wherever_the_power_goes_nothing_is_lost_and_nothing_doubled():
    expected = Night().pass_by()
    for place in places():
        assert Night(place).pass_by() == expected, place


@pytest.mark.parametrize("room", [0, 30, 200])
def test_the_power_may_go_again_and_again(room):
    expected = Night().pass_by()
    for place in places()[::9]:
        assert Night(place, 20, room, 7).pass_by() == expected, place
