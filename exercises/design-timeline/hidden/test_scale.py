import pytest

from gpuplan import Timeline


class Work:
    """How often moments, names and GPUs were compared or added up."""

    done = 0


def counted(kind, method):
    plain = getattr(kind, method)

    def count(self, *others):
        Work.done += 1
        return plain(self, *others)

    return count


class Moment(int):
    """A number that counts how often it is compared."""

    __hash__ = int.__hash__


class Gpus(int):
    """A number that counts how often it is compared or added, and so do its sums."""

    __hash__ = int.__hash__


class Name(str):
    """A text that counts how often it is compared."""

    __hash__ = str.__hash__


for own, plain in [(Moment, int), (Gpus, int), (Name, str)]:
    for method in ("__lt__", "__le__", "__gt__", "__ge__", "__eq__"):
        setattr(own, method, counted(plain, method))


def summed(method):
    plain = getattr(int, method)

    def add(self, other):
        Work.done += 1
        return Gpus(plain(self, other))

    return add


for method in ("__add__", "__radd__", "__sub__", "__rsub__"):
    setattr(Gpus, method, summed(method))
Gpus.__neg__ = lambda self: Gpus(int.__neg__(self))


def busy(number):
    """A timeline with so many bookings of 7, each 10 after the one before."""
    timeline = Timeline(1000)
    for each in range(number):
        timeline.reserve(
            Name(each),
            Moment(each * 10),
            Moment(each * 10 + 7),
            Gpus(2 + each % 3),
        )
    return timeline


def most_of(calls):
    """The work of the call that took the most of it."""
    counts = []
    for call in calls:
        Work.done = 0
        call()
        counts.append(Work.done)
    return max(counts)


def work_among(number, call):
    """The most work of a call, at several places among so many bookings."""
    timeline = busy(number)
    places = (3, number * 2 + 1, number * 6 + 2, number * 10 - 1)
    return most_of([lambda at=at: call(timeline, at) for at in places])


@pytest.mark.parametrize(
    "call",
    [
        lambda line, at: line.reserve(f"n{at}", Moment(at), Moment(at + 3), 1),
        lambda line, at: line.reserve(f"w{at}", Moment(at), Moment(at + 25), 1),
        lambda line, at: line.release(f"{at // 10}"),
        lambda line, at: line.release(f"{at // 10}", Moment(at - at % 10 + 4)),
        lambda line, at: line.steps(Moment(at), Moment(at + 25)),
        lambda line, at: line.peak(Moment(at), Moment(at + 25)),
        lambda line, at: line.earliest(5, 6, Moment(at)),
        lambda line, at: line.dips(Moment(at), Moment(at + 25)),
        lambda line, at: line.headroom(Moment(at), Moment(at + 25)),
    ],
    ids=[
        "reserve",
        "wide",
        "release",
        "end",
        "steps",
        "peak",
        "earliest",
        "dips",
        "headroom",
    ],
)
def test_bookings_elsewhere_cost_next_to_nothing(call):
    assert work_among(480, call) <= 2 * work_among(60, call) + 50


def test_all_steps_in_one_go():
    timeline = busy(200)
    window = Moment(0), Moment(2000)
    assert most_of([lambda: timeline.steps(*window)]) <= 10_000
    assert most_of([lambda: timeline.dips(*window)]) <= 20_000
    assert most_of([lambda: timeline.headroom(*window)]) <= 20_000


def test_a_timeline_of_nanoseconds():
    second, begin = 10**9, 1_750_000_000 * 10**9
    timeline = Timeline(8)
    for number in range(5):
        start = begin + number * 3600 * second
        timeline.reserve(f"{number}", start, start + 1800 * second, 4 + number % 2)
    window = (begin, begin + 5 * 3600 * second)
    busy = [each for each in timeline.steps(*window) if each.gpus]
    assert [each.gpus for each in busy] == [4, 5, 4, 5, 4]
    assert timeline.headroom(*window) > 1800 * second
    assert timeline.peak(begin, begin + 10**17) == 5
    assert (
        timeline.earliest(5, 1801 * second, begin)
        == begin + 4 * 3600 * second + 1800 * second
    )
    timeline.release("3")
    assert timeline.earliest(5, 1801 * second, begin) == begin + 9000 * second


def test_many_bookings():
    timeline = Timeline(10**9)
    for number in range(3000):
        start = (number * 7919) % 30_011 * 10**6
        timeline.reserve(f"{number}", start, start + 2 * 10**6, 1 + number % 3)
    assert timeline.peak(0, 10**11) >= 1
    assert len(timeline.bookings()) == 3000
    for number in range(3000):
        timeline.release(f"{number}")
    assert timeline.peak(0, 10**11) == 0
    assert timeline.bookings() == []
