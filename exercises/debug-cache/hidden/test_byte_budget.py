import random

import pytest

from respcache import Request, Response, ResponseCache

SAMPLES = ["plain", "naïve café", "здравствуй", "こんにちは世界", "漢字仮名交じり文"]
SAMPLES += ["한국어", "e\u0301a\u0308", "👩‍👩‍👧", "🦊🦊🦊🦊", "مرحبا", "a\x00b", "ﷺ"]


def utf8(text):
    return len(text.encode("utf-8"))


def ask(prompt):
    return Request("acme", "north-large", prompt)


def answering(answers):
    return lambda request: Response(answers[request.prompt])


def random_texts(seed, count):
    chance = random.Random(seed)

    def text():
        return "".join(chance.choices(SAMPLES, k=chance.randint(1, 4)))

    return {f"{number} {text()}": text() for number in range(count)}


def test_an_answer_weighs_its_prompt_and_its_text_in_utf8():
    for text in SAMPLES:
        cache = ResponseCache(answering({text: "ok", "hi": text}), max_bytes=10_000)
        cache.fetch(ask(text))
        assert cache.used_bytes == utf8(text) + 2
        cache.fetch(ask("hi"))
        assert cache.used_bytes == 2 * utf8(text) + 4
        cache.put(ask("hi"), Response(text + text))
        assert cache.used_bytes == 3 * utf8(text) + 4
        cache.invalidate(ask("hi"))
        assert cache.used_bytes == utf8(text) + 2


def test_japanese_answers_do_not_overrun_the_budget():
    answers = {f"質問{number}": "答" * 20 for number in range(10)}
    cache = ResponseCache(answering(answers), max_bytes=200)
    for prompt in answers:
        cache.fetch(ask(prompt))
    kept = [prompt for prompt in answers if ask(prompt) in cache]
    assert kept == ["質問8", "質問9"]
    assert cache.used_bytes == 134


@pytest.mark.parametrize(
    "prompt, text",
    [("hi", "世" * 33), ("世" * 33, "no")],
    ids=["answer", "prompt"],
)
def test_too_many_bytes_in_few_characters_are_not_kept(prompt, text):
    answers = {"old": "answer", prompt: text}
    cache = ResponseCache(answering(answers), max_bytes=100)
    cache.fetch(ask("old"))
    assert cache.fetch(ask(prompt)).text == text
    assert ask(prompt) not in cache
    assert ask("old") in cache
    assert cache.stats.evictions == 0


def test_an_answer_that_breaks_off_in_a_surrogate_pair_is_kept():
    asked = []

    def model(request):
        asked.append(request)
        return Response("Hello \ud83e")

    cache = ResponseCache(model, max_bytes=100)
    for _ in range(2):
        assert cache.fetch(ask("hi")).text == "Hello \ud83e"
    assert len(asked) == 1


def test_the_whole_budget_can_be_used():
    answers = {"世": "世" * 10, "界": "界" * 10}
    cache = ResponseCache(answering(answers), max_bytes=66)
    for prompt in answers:
        cache.fetch(ask(prompt))
    assert (len(cache), cache.used_bytes) == (2, 66)


@pytest.mark.parametrize("budget", [200, 600, 1500])
def test_any_texts_stay_within_the_budget_and_fill_it(budget):
    answers = random_texts(seed=budget, count=40)
    cache = ResponseCache(answering(answers), max_bytes=budget)
    expected = {}
    for prompt, text in answers.items():
        cache.fetch(ask(prompt))
        if utf8(prompt) + utf8(text) <= budget:
            expected[prompt] = utf8(prompt) + utf8(text)
        while sum(expected.values()) > budget:
            del expected[next(iter(expected))]
        assert {p for p in answers if ask(p) in cache} == set(expected)
        assert cache.used_bytes == sum(expected.values())
