"""Sessions to bill, for tests."""

from gpubill import Rates, Session, read_sessions

RATES = Rates({"a100-1": 400, "a100-2": 400, "v100-1": 95}, discount_from=600)

MARCH = """
# start           end              machine lab
2026-03-02T09:00 2026-03-02T10:20 a100-1 Protein Folding
2026-03-02T10:00 2026-03-02T11:05 a100-1 Protein Folding
2026-03-03T22:00 2026-03-04T06:00 a100-2 Vision
2026-03-05T08:00 2026-03-05T10:10 a100-2 Vision
2026-03-05T12:00 2026-03-05T11:00 v100-1 Vision
2026-03-06T09:30 2026-03-06T09:40 lent-box Vision
"""


def march() -> list[Session]:
    """The sessions of a quiet March."""
    return read_sessions(MARCH)


def one(start: str, end: str, lab: str = "Vision", machine: str = "a100-1") -> Session:
    """A session on the second of March."""
    (session,) = read_sessions(f"2026-03-02T{start} 2026-03-02T{end} {machine} {lab}")
    return session
