"""Keeps rendered thumbnails of many shops in memory."""

from thumbshelf.caps import Caps
from thumbshelf.picture import Picture
from thumbshelf.report import shelf_report
from thumbshelf.shelf import Shelf
from thumbshelf.stats import Counts

__all__ = ["Caps", "Counts", "Picture", "Shelf", "shelf_report"]
