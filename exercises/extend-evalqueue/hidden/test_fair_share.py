import random
from fractions import Fraction

import pytest

from evalqueue import EvalQueue, Job, ManualClock, MemoryStorage, Shares


class Cluster:
    """A queue with teams that submit, and the leases that each of them got."""

    def __init__(self, weights):
        self.weights = weights
        shares = None if weights is None else Shares(weights)
        self.clock = ManualClock()
        self.queue = EvalQueue(
            MemoryStorage(), clock=self.clock, shares=shares, max_leases=10**6
        )
        self.waiting = {}
        self.lent = []
        self.ratios = {}  # of two teams, from the moment at which both had jobs
        self.number = 0

    def submit(self, team, count, priority=0):
        jobs = []
        for _ in range(count):
            self.number += 1
            jobs.append(Job(f"j{self.number}", team, "mmlu", "north-7b", priority))
        self.queue.submit(jobs)
        self.waiting[team] = self.waiting.get(team, 0) + count
        self.look()

    def lease(self, count=1):
        for _ in range(count):
            lease = self.queue.lease("gpu-1", seconds=10**6)
            team = lease.job.team
            self.queue.complete(lease.token, 1)
            assert self.waiting[team] > 0
            self.waiting[team] -= 1
            self.lent.append(team)
            for pair, had in self.ratios.items():
                if team in pair:
                    had[team] += Fraction(1, self.weight(team))
                    one, other = pair
                    most = sum(Fraction(1, self.weight(each)) for each in pair)
                    assert abs(had[one] - had[other]) <= most, (pair, self.lent)
            self.look()

    def weight(self, team):
        return (self.weights or {}).get(team, 1)

    def look(self):
        """Begin to count for pairs that have jobs waiting now, and stop for others."""
        active = sorted(team for team, count in self.waiting.items() if count)
        pairs = [(a, b) for a in active for b in active if a < b]
        self.ratios = {
            pair: self.ratios.get(pair, {pair[0]: 0, pair[1]: 0}) for pair in pairs
        }


@pytest.mark.parametrize(
    "weights",
    [
        {"alpha": 1, "gamma": 1},
        {"alpha": 2, "gamma": 1},
        {"alpha": 1, "gamma": 3},
        {"alpha": 5, "beta": 3, "gamma": 2},
        {"alpha": 20, "gamma": 1},
        {"gamma": 4},
        None,
    ],
)
def test_teams_that_all_have_work_get_their_shares(weights):
    cluster = Cluster(weights)
    for team in ("alpha", "beta", "gamma"):
        cluster.submit(team, 36)
    cluster.lease(36)
    assert set(cluster.lent) == {"alpha", "beta", "gamma"}


def test_a_team_that_comes_later_does_not_wait():
    cluster = Cluster({"alpha": 2, "gamma": 1})
    cluster.submit("alpha", 100)
    cluster.lease(20)
    cluster.submit("gamma", 20)
    cluster.lease(30)
    assert 9 <= cluster.lent[20:].count("gamma") <= 11


def test_a_team_that_was_away_does_not_catch_up():
    cluster = Cluster({"alpha": 1, "beta": 1})
    cluster.submit("alpha", 100)
    cluster.submit("beta", 3)
    cluster.lease(46)
    assert cluster.lent.count("beta") == 3
    cluster.submit("beta", 30)
    cluster.lease(20)
    assert 9 <= cluster.lent[46:].count("beta") <= 11


def test_a_team_that_was_alone_does_not_pay_for_it():
    cluster = Cluster({"alpha": 1, "beta": 1})
    cluster.submit("alpha", 40)
    cluster.lease(40)
    cluster.submit("beta", 30)
    cluster.lease(10)
    cluster.submit("alpha", 30)
    cluster.lease(20)
    assert 9 <= cluster.lent[50:].count("alpha") <= 11


def test_teams_that_start_anew_together_start_level():
    cluster = Cluster({"alpha": 1, "beta": 1})
    cluster.submit("alpha", 40)
    cluster.lease(40)
    cluster.submit("beta", 20)
    cluster.submit("alpha", 20)
    cluster.lease(20)
    assert 9 <= cluster.lent[40:].count("alpha") <= 11


def test_priorities_count_within_a_team_only():
    cluster = Cluster(None)
    cluster.submit("alpha", 40, priority=9)
    cluster.submit("beta", 40)
    cluster.lease(20)
    assert 9 <= cluster.lent.count("beta") <= 11


def test_the_order_within_a_team():
    queue = EvalQueue(MemoryStorage(), clock=ManualClock())
    for number, (team, priority) in enumerate(
        [("alpha", 0), ("beta", 1), ("alpha", 2), ("beta", 1), ("alpha", 0)] * 2
    ):
        queue.submit([Job(f"{team}-{number}", team, "mmlu", "north-7b", priority)])
    lent = [queue.lease("gpu-1", seconds=60).job.id for _ in range(10)]
    assert [id for id in lent if id.startswith("alpha")] == [
        f"alpha-{number}" for number in (2, 7, 0, 4, 5, 9)
    ]
    assert [id for id in lent if id.startswith("beta")] == [
        f"beta-{number}" for number in (1, 3, 6, 8)
    ]


def test_jobs_under_way_and_jobs_lost_count_alike():
    clock = ManualClock()
    queue = EvalQueue(MemoryStorage(), clock=clock, max_leases=100)
    for team in ("alpha", "beta"):
        names = [f"{team}-{number}" for number in range(30)]
        queue.submit([Job(name, team, "mmlu", "north-7b") for name in names])
    lent = []
    for _ in range(20):  # alpha's workers are killed each time, beta's are not
        lease = queue.lease("gpu-1", seconds=60)
        lent.append(lease.job.team)
        if lease.job.team == "beta":
            queue.complete(lease.token, 1)
        clock.advance(61)
    assert 9 <= lent.count("alpha") <= 11


def test_a_team_whose_jobs_come_back_does_not_catch_up():
    clock = ManualClock()
    queue = EvalQueue(MemoryStorage(), clock=clock)
    for team, count in (("alpha", 60), ("beta", 6)):
        names = [f"{team}-{number}" for number in range(count)]
        queue.submit([Job(name, team, "mmlu", "north-7b") for name in names])
    lent = []
    for number in range(50):
        if number == 42:  # beta's workers were killed, and its jobs wait again
            clock.advance(61)
        lease = queue.lease("gpu-1", seconds=60)
        lent.append(lease.job.team)
        if lease.job.team == "alpha":
            queue.complete(lease.token, 1)
    assert lent[:42].count("beta") == 6
    assert 3 <= lent[42:].count("beta") <= 5


def test_what_is_taken_counts_for_nobody():
    cluster = Cluster(None)
    cluster.submit("alpha", 40)
    cluster.submit("beta", 40)
    for _ in range(10):
        assert cluster.queue.take("nightly").team == "alpha"
    cluster.lease(20)
    assert 9 <= cluster.lent.count("alpha") <= 11


@pytest.mark.parametrize("seed", range(6))
def test_any_day_on_the_cluster(seed):
    chance = random.Random(seed)
    teams = ["alpha", "beta", "gamma", "delta"]
    cluster = Cluster({team: chance.randint(1, 6) for team in teams[:3]})
    for _ in range(60):
        if chance.random() < 0.3:
            cluster.submit(chance.choice(teams), chance.randint(1, 12))
        else:
            waiting = sum(cluster.waiting.values())
            cluster.lease(min(waiting, chance.randint(1, 6)))
    cluster.lease(sum(cluster.waiting.values()))
    assert cluster.queue.lease("gpu-1", seconds=1) is None
