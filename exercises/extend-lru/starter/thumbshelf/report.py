"""The table on the operators' page."""

from thumbshelf.shelf import Shelf


def shelf_report(shelf: Shelf) -> str:
    """Return a table of the shops that have something on the shelf, the largest first.

    A shop's share is of what is on the shelf, not of its capacity.
    """
    shops = sorted(shelf.shops(), key=lambda shop: (-shelf.held(shop), shop))
    widest = max((len(shop) for shop in shops), default=0)
    lines = []
    for shop in shops:
        held, counts = shelf.held(shop), shelf.stats(shop)
        lines.append(
            f"{shop:<{widest}}  {held:>6}  {held / len(shelf):>4.0%}"
            f"  {counts.hit_rate:>4.0%} hits  {counts.evictions:>6} evicted"
        )
    lines.append(f"{len(shelf)} of {shelf.capacity}")
    return "\n".join(lines)
