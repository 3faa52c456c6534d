"""A byte-pair tokenizer for the judgments that we blacken."""

from piecework.encoding import Encoding
from piecework.merges import Merges
from piecework.normalize import normalize
from piecework.tokenizer import Tokenizer
from piecework.trainer import train
from piecework.vocabulary import END, UNKNOWN, Vocabulary
from piecework.words import MARK

__all__ = [
    "END",
    "MARK",
    "UNKNOWN",
    "Encoding",
    "Merges",
    "Tokenizer",
    "Vocabulary",
    "normalize",
    "train",
]
