import random

from samples import merges, small, vocabulary

from piecework import END, MARK, UNKNOWN, Merges, Tokenizer, Vocabulary, train


NAMES = [f"<0x{value:02X}>" for value in range(256)]


def with_bytes():
    return Tokenizer(vocabulary().with_bytes(), merges())


def pieces_of(tokenizer, known, text):
    return [known.piece(number) for number in tokenizer.encode(text)]


def test_byte_pieces_follow_the_others_in_order():
    old = vocabulary()
    new = old.with_bytes()
    assert list(new)[: len(old)] == list(old)
    assert list(new)[len(old) :] == NAMES
    assert [new.id_of(piece) for piece in old] == list(range(len(old)))


def test_the_old_vocabulary_stays_as_it_was():
    old = vocabulary()
    before = list(old)
    assert old.with_bytes().has_bytes
    assert not old.has_bytes
    assert list(old) == before
    assert Tokenizer(old, merges()).encode("ß") == [old.id_of(MARK), 0]


def test_byte_pieces_are_never_added_twice():
    new = vocabulary().with_bytes()
    assert list(new.with_bytes()) == list(new)
    some = Vocabulary([UNKNOWN, END, MARK, "<0x41>", "x", "<0x00>"])
    assert not some.has_bytes
    rest = [name for name in NAMES if name not in ("<0x41>", "<0x00>")]
    assert list(some.with_bytes()) == [*some, *rest]
    assert some.with_bytes().has_bytes


def test_all_256_are_needed():
    for missing in (0, 0x41, 255):
        pieces = [name for value, name in enumerate(NAMES) if value != missing]
        assert not Vocabulary([UNKNOWN, END, MARK, *pieces]).has_bytes
    assert Vocabulary([UNKNOWN, END, *reversed(NAMES), MARK]).has_bytes


def test_a_vocabulary_from_a_file_has_its_bytes():
    known = Vocabulary.loads(vocabulary().with_bytes().dumps())
    assert known.has_bytes
    tokenizer = Tokenizer(known, merges())
    assert pieces_of(tokenizer, known, "ß") == [MARK, "<0xC3>", "<0x9F>"]


def test_what_has_no_piece_becomes_its_bytes():
    known = vocabulary().with_bytes()
    for text, pieces in {
        "Ngọc": ["▁", "Ng", "<0xE1>", "<0xBB>", "<0x8D>", "c"],
        "the 🦊!": ["▁the", "▁", "<0xF0>", "<0x9F>", "<0xA6>", "<0x8A>", "!"],
        "ßß": ["▁", "<0xC3>", "<0x9F>", "<0xC3>", "<0x9F>"],
        "cat\u0301": ["▁cat", "<0xCC>", "<0x81>"],
        "a~b": ["▁", "a", "<0x7E>", "b"],
        "the\x7fcat": ["▁the", "<0x7F>", "c", "at"],
    }.items():
        assert pieces_of(with_bytes(), known, text) == pieces


def test_what_came_back_before_has_the_ids_it_had():
    old, new = small(), with_bytes()
    chance = random.Random(3)
    words = ["the", "cat", "Judge", "Ng", "(at)", "é", "42", "whether,", "한", "dge."]
    for _ in range(60):
        text = " ".join(chance.choices(words, k=chance.randint(1, 6)))
        assert old.decode(old.encode(text)) == text
        assert new.encode(text) == old.encode(text)
        assert new.count(text) == old.count(text)


def test_only_what_has_no_piece_becomes_bytes():
    known, merged = train(["die Katze lag, die Katze schlief"], size=40)
    known = known.with_bytes()
    tokenizer = Tokenizer(known, merged)
    chance = random.Random(4)
    byte_names = frozenset(NAMES)
    strange = "ßọ🦊世~\x00"
    for _ in range(20):
        text = "".join(chance.choices("die Katze, lag" + strange, k=12))
        pieces = pieces_of(tokenizer, known, text)
        size = sum(len(c.encode()) for c in text if c in strange)
        assert UNKNOWN not in pieces
        assert sum(piece in byte_names for piece in pieces) == size


def test_bytes_do_not_need_merges():
    known = Vocabulary([UNKNOWN, END, MARK]).with_bytes()
    tokenizer = Tokenizer(known, Merges([]))
    expected = ["▁", "<0x61>", "▁", "<0x62>"]
    assert pieces_of(tokenizer, known, "a b") == expected
