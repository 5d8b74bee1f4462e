"""Published numbers with their hedges, as distributions over the true value.

A `Quantity` is what an analyst may conclude from the printed words about the true number: "nearly 100" lies a little
under 100, "at least 400" is a floor with a stated prior above it, "large amounts" says nothing and changes nothing.
Every parameter behind a word is a field of `Lexicon` and can be replaced.
"""

from .entered import read_entered
from .grammar import read
from .lexicon import LEXICON, Lexicon
from .quantity import READERS, Quantity
from .values import Sample, is_sample
from .verbal_probability import VERBAL_SCALES, verbal_probability

__all__ = [
    "LEXICON",
    "VERBAL_SCALES",
    "Lexicon",
    "Quantity",
    "Sample",
    "is_sample",
    "verbal_probability",
]

READERS.update(printed=read, entered=read_entered)
