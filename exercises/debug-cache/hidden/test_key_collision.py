import itertools
import random

import pytest

from respcache import Request, Response, ResponseCache

MARKS = ["/", "|", ":", "::", ";", ",", "=", "&", "#", "-", "_", "~", " ", "\t", "\n"]
MARKS += ["\\", "'", '"', "\x00", "\x1e", "\x1f", "\u2028", "\ufffd", "\ue000", "%2F"]


def own_answers(requests):
    """Give each request an answer of its own; return those that got another's."""
    cache = ResponseCache(lambda request: Response("missing"), max_bytes=10**7)
    for number, request in enumerate(requests):
        cache.put(request, Response(f"number {number}"))
    return [
        request
        for number, request in enumerate(requests)
        if cache.fetch(request).text != f"number {number}"
    ]


@pytest.mark.parametrize(
    "one, other",
    [
        (Request("a", "b/c", "d"), Request("a/b", "c", "d")),
        (Request("a", "b", "c/d"), Request("a", "b/c", "d")),
        (Request("a", "b", "c", {"d": 1}), Request("a", "b", "c/d=1")),
        (Request("a", "b", "", {"c": 1}), Request("a", "b", "c=1")),
        (
            Request("a", "b", "c", {"stop": "x,top_p=1"}),
            Request("a", "b", "c", {"stop": "x", "top_p": 1}),
        ),
        (Request("a", "b", "c", {"k": "v=w"}), Request("a", "b", "c", {"k=v": "w"})),
    ],
)
def test_each_request_gets_and_pays_for_its_own_answer(one, other):
    asked = []

    def model(request):
        asked.append(request)
        return Response(repr(request))

    cache = ResponseCache(model, max_bytes=10_000)
    assert cache.fetch(one).text == repr(one)
    assert cache.fetch(other).text == repr(other)
    assert asked == [one, other]


def unequal(requests):
    """Return the requests without those that equal an earlier one."""
    kept = {}
    for request in requests:
        params = tuple(sorted(request.params.items()))
        kept[request.tenant, request.model, request.prompt, params] = request
    return list(kept.values())


def cut_in_every_way(mark):
    """Yield requests whose parts, joined with the mark, read alike."""
    words = ["a", "b", "c", "d", "e"]
    for cuts in itertools.combinations(range(1, len(words)), 3):
        edges = [0, *cuts, len(words)]
        tenant, model, prompt, value = (
            mark.join(words[start:end]) for start, end in itertools.pairwise(edges)
        )
        yield Request(tenant, model, prompt, {"stop": value})
        yield Request(tenant, model, prompt, {value: "stop"})
        yield Request(tenant, model, mark.join([prompt, value]))
        yield Request(tenant, model, prompt + mark, {"stop": value})
        yield Request(tenant, model, prompt, {"stop": mark + value})
        yield Request(tenant + mark, model, prompt, {"stop": value})
        yield Request(tenant, mark + model, prompt, {"stop": value})


def test_no_character_lets_one_part_pass_for_another():
    for mark in MARKS:
        assert own_answers(unequal(cut_in_every_way(mark))) == [], repr(mark)


def test_a_number_is_not_its_spelling():
    for value in (1, 0.5, True, False, None, -7):
        for spelling in (str(value), f'"{value}"', f"'{value}'"):
            one = Request("a", "b", "c", {"stop": value})
            other = Request("a", "b", "c", {"stop": spelling})
            assert own_answers([one, other]) == []


def test_any_parts_at_all():
    chance = random.Random(20)

    def text(alphabet, least):
        return "".join(chance.choices(alphabet, k=chance.randint(least, 3)))

    def request(alphabet):
        names = [text(alphabet, 1) for _ in range(chance.randint(0, 2))]
        params = {name: text(alphabet, 0) for name in names}
        return Request(text(alphabet, 1), text(alphabet, 1), text(alphabet, 0), params)

    for _ in range(6):
        alphabet = [*chance.sample(MARKS, 3), "a", "/", "\\"]
        requests = unequal(request(alphabet) for _ in range(120))
        assert own_answers(requests) == []


def test_forgetting_a_tenant_forgets_no_other():
    for mark, gone in itertools.product(["/", "|", ":", "\x1f", "\\", "-"], range(6)):
        tenants = ["a", f"a{mark}", f"a{mark}b", f"a{mark}b{mark}c", f"{mark}a", "b"]
        cache = ResponseCache(lambda request: Response("x"), max_bytes=10_000)
        for tenant in tenants:
            cache.fetch(Request(tenant, "m", "one"))
            cache.fetch(Request(tenant, "m", "two", {"seed": 1}))
        assert cache.invalidate_tenant(tenants[gone]) == 2
        left = [t for t in tenants if Request(t, "m", "one") in cache]
        assert left == [t for t in tenants if t != tenants[gone]]


def test_equal_requests_still_share_their_answer():
    cache = ResponseCache(lambda request: Response("x"), max_bytes=1000)
    params = [("seed", 1), ("stop", "/"), ("top_p", 0.5), ("user", None)]
    for order in itertools.permutations(params):
        cache.fetch(Request("a/b", "c", "d", dict(order)))
    assert cache.stats.loads == 1
