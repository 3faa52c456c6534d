import pytest
from samples import ids, merges, small, vocabulary

from piecework import (
    END,
    MARK,
    UNKNOWN,
    Encoding,
    Merges,
    Tokenizer,
    Vocabulary,
    normalize,
    train,
)

TEXTS = ["low lower lowest", "new newer newest", "low new", "wow, lowlow!"]


def pieces_of(text):
    return [vocabulary().piece(number) for number in small().encode(text)]


def test_the_special_pieces_and_the_mark():
    assert (UNKNOWN, END, MARK) == ("<unk>", "<end>", "\u2581")
    assert ids(UNKNOWN, END, MARK) == [0, 1, 2]


def test_known_words():
    assert pieces_of("the cat the") == ["▁the", "▁cat", "▁the"]
    assert pieces_of("thethe hat") == ["▁the", "t", "he", "▁", "h", "at"]
    assert pieces_of("Judge.Judge") == ["▁Judge", ".", "J", "u", "dge"]
    assert pieces_of("a  b") == ["▁", "a", "▁", "b"]
    assert pieces_of("x_1") == ["▁", "x", UNKNOWN, "1"]


def test_punctuation_takes_the_space_before_it_along():
    assert pieces_of("(the ( cat") == ["▁", "(", "t", "he", "▁", "(", "▁cat"]
    assert pieces_of("!?") == ["▁", "!", "?"]


def test_merges_go_by_importance_and_not_by_place():
    abc = Vocabulary([UNKNOWN, END, MARK, "a", "b", "c", "ab", "bc"])
    first = Tokenizer(abc, Merges([("b", "c"), ("a", "b")]))
    other = Tokenizer(abc, Merges([("a", "b"), ("b", "c")]))
    assert [abc.piece(n) for n in first.encode("abc")] == [MARK, "a", "bc"]
    assert [abc.piece(n) for n in other.encode("abc")] == [MARK, "ab", "c"]
    assert [abc.piece(n) for n in other.encode("abab")] == [MARK, "ab", "ab"]


def test_equal_letters_are_merged_from_the_left():
    known = Vocabulary([UNKNOWN, END, MARK, "a", "aa", "aaaa"])
    pairs = Merges([("a", "a"), ("aa", "aa")])
    assert pairs.apply(["a"] * 5) == ["aaaa", "a"]
    assert pairs.apply(["a"] * 7) == ["aaaa", "aa", "a"]
    assert pairs.apply("xaay") == ["x", "aa", "y"]
    assert pairs.apply([]) == []
    assert Tokenizer(known, pairs).encode("aaa") == [2, 4, 3]


def test_unknown_characters():
    assert pieces_of("ßßa ß† ß") == [
        "▁",
        UNKNOWN,
        "a",
        "▁",
        UNKNOWN,
        UNKNOWN,
        "▁",
        UNKNOWN,
    ]
    assert pieces_of("Ngọc") == ["▁", "Ng", UNKNOWN, "c"]
    assert pieces_of("\ud83e") == ["▁", UNKNOWN]
    assert pieces_of("<unk>") == ["▁", UNKNOWN, "u", "n", "k", UNKNOWN]


def test_texts_are_normalised():
    assert normalize(" a\u00a0\u2003b\x1c\n") == "a b"
    assert normalize("e\u0302\u0323 \u1112\u1161\u11ab \u212b") == "ệ 한 Å"
    assert normalize("") == normalize(" \n") == ""
    assert pieces_of("\te\u0301\n\u1112\u1161\u11ab ") == ["▁", "é", "▁", "한"]
    assert pieces_of("cat\u0958 e\u0323\u0302") == ["▁cat", "क", "\u093c", "▁", "ệ"]
    assert pieces_of(" \r\n") == []


def test_the_mark_in_an_old_text_is_a_space():
    assert pieces_of("a▁t") == ["▁", "a", "▁", "t"]
    assert small().decode(small().encode("a▁t")) == "a t"


def test_what_is_shown():
    assert small().decode(ids("▁the", "▁cat")) == "the cat"
    assert small().decode(ids("▁", "▁", "a")) == " a"
    assert small().decode(ids("a", UNKNOWN, END, UNKNOWN, "▁")) == "a\u2047\u2047 "
    assert small().decode(iter(ids("▁Judge"))) == "Judge"
    assert small().decode(ids(END)) == ""


def test_names_of_bytes_are_plain_text_where_not_all_are_there():
    known = Vocabulary([UNKNOWN, END, MARK, "<0x41>", "a"])
    tokenizer = Tokenizer(known, Merges([]))
    assert tokenizer.decode([2, 3, 4]) == "<0x41>a"
    assert tokenizer.encode("A  a ") == [2, 0, 2, 4]


def test_heads_and_counts():
    heads = [small().head("the  cat,\tßß", limit) for limit in range(6)]
    assert heads == ["", "the", "the cat", "the cat,", "the cat, ", "the cat, ⁇"]
    assert small().head("the cat", 99) == "the cat"
    assert small().count("the  cat,\tßß") == 5
    assert small().count("") == 0
    with pytest.raises(ValueError):
        small().head("the", -1)


def test_ids_out_of_range():
    for number in (-1, len(vocabulary())):
        with pytest.raises(ValueError):
            small().decode([number])
    assert vocabulary().piece(len(vocabulary()) - 1) == "▁Judge"
    assert vocabulary().piece(0) == UNKNOWN


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [UNKNOWN],
        [END, UNKNOWN],
        ["a", UNKNOWN, END],
        [UNKNOWN, END, "a", "a"],
        [UNKNOWN, END, ""],
    ],
)
def test_vocabularies_that_are_refused(pieces):
    with pytest.raises(ValueError):
        Vocabulary(pieces)


@pytest.mark.parametrize("pairs", [[("a", "")], [("", "a")], [("a", "b"), ("a", "b")]])
def test_merges_that_are_refused(pairs):
    with pytest.raises(ValueError):
        Merges(pairs)


def test_merges_need_their_pieces():
    for missing in ("a", "b", "ab"):
        pieces = [piece for piece in ("a", "b", "ab") if piece != missing]
        with pytest.raises(ValueError):
            Tokenizer(Vocabulary([UNKNOWN, END, MARK, *pieces]), Merges([("a", "b")]))
    with pytest.raises(ValueError):
        Tokenizer(Vocabulary([UNKNOWN, END, "a", "b", "ab"]), Merges([("a", "b")]))
    Tokenizer(Vocabulary([UNKNOWN, END, MARK, "a", "b", "ab"]), Merges([("a", "b")]))


def test_sizes_and_members():
    known = Vocabulary([UNKNOWN, END, MARK, "a"])
    assert (len(known), "a" in known, "b" in known) == (4, True, False)
    assert (known.id_of("a"), known.id_of("b")) == (3, 0)
    assert list(known) == [UNKNOWN, END, MARK, "a"]
    assert not known.has_bytes
    assert len(merges()) == 12
    assert list(merges())[2] == ("▁t", "he")


def test_files():
    odd = Vocabulary([UNKNOWN, END, MARK, "\n", '"', "\ud83e", "\u2028", "é"])
    assert list(Vocabulary.loads(odd.dumps())) == list(odd)
    assert odd.dumps().count("\n") == 8
    pairs = Merges([("\n", " "), ("a b", "c")])
    assert list(Merges.loads(pairs.dumps())) == [("\n", " "), ("a b", "c")]
    assert Merges.loads("").dumps() == ""


def test_an_encoding_has_as_many_of_each():
    encoding = Encoding((5, 6), ("a", "b"), ((0, 1), (1, 2)))
    assert len(encoding) == 2
    assert len(Encoding((), (), ())) == 0
    for parts in [
        ((5,), ("a", "b"), ((0, 1), (1, 2))),
        ((5, 6), ("a",), ((0, 1), (1, 2))),
        ((5, 6), ("a", "b"), ((0, 1),)),
    ]:
        with pytest.raises(ValueError):
            Encoding(*parts)


def test_what_is_learnt():
    known, pairs = train(TEXTS, size=24)
    assert list(known) == [
        "<unk>",
        "<end>",
        *"w▁eolnrst!,",
        "ow",
        "low",
        "▁low",
        "ew",
        "new",
        "▁new",
        "er",
        "es",
        "est",
    ]
    expected = [("o", "w"), ("l", "ow"), ("▁", "low"), ("e", "w"), ("n", "ew")]
    expected += [("▁", "new"), ("e", "r"), ("e", "s"), ("es", "t")]
    assert list(pairs) == expected


def test_learning_stops_when_nothing_is_frequent():
    known, pairs = train(["ab ab cd"], size=50)
    assert list(known) == ["<unk>", "<end>", *"▁abcd", "ab", "▁ab"]
    assert list(pairs) == [("a", "b"), ("▁", "ab")]


def test_rare_characters_and_pairs():
    known, pairs = train(["aab aab aab aaxb", "x ab"], size=30, min_count=3)
    assert list(known) == ["<unk>", "<end>", *"a▁b", "▁a", "▁aa", "▁aab"]
    assert list(pairs) == [("▁", "a"), ("▁a", "a"), ("▁aa", "b")]
    assert "x" in train(["aab aab aab aaxb", "x ab"], size=30, min_count=2)[0]


def test_learning_from_nothing():
    assert list(train([], size=10)[0]) == [UNKNOWN, END, MARK]
    assert list(train(["", " "], size=10, min_count=5)[0]) == [UNKNOWN, END, MARK]
    assert list(train(["zyx"], size=1)[0]) == [UNKNOWN, END, MARK, "x", "y", "z"]


def test_the_order_of_texts_means_nothing():
    once = train(TEXTS, size=30)
    again = train(iter(TEXTS[::-1]), size=30)
    assert [list(part) for part in once] == [list(part) for part in again]
