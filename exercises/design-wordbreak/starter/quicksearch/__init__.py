"""The search box of the shop."""

from quicksearch.errors import SegmenterError, TooLong, Unsplittable
from quicksearch.folding import fold, words_of
from quicksearch.search import SearchBox
from quicksearch.segmenter import Segmenter, Split
from quicksearch.vocabulary import Vocabulary

__all__ = [
    "SearchBox",
    "SegmenterError",
    "Segmenter",
    "Split",
    "TooLong",
    "Unsplittable",
    "Vocabulary",
    "fold",
    "words_of",
]
