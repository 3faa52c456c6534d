"""Jobs and storages for tests."""

from evalqueue import Job, MemoryStorage


def job(id: str, team: str = "alpha", *, suite: str = "mmlu", priority: int = 0) -> Job:
    """Return a job of which only some things matter."""
    return Job(id, team, suite, variant="north-7b", priority=priority)


def jobs(ids: str, team: str = "alpha", **more: object) -> list[Job]:
    """Return a job for each word."""
    return [job(id, team, **more) for id in ids.split()]


class PowerCut(Exception):
    """The machine is gone. Whoever catches this is outside of it."""


class CrashingStorage(MemoryStorage):
    """A storage that has room for so many bytes, and then the power goes."""

    def __init__(self, room: int, data: bytes = b"") -> None:
        super().__init__(data)
        self._room = room

    def append(self, data: bytes) -> None:
        written, self._room = data[: self._room], self._room - len(data)
        super().append(written)
        if self._room < 0:
            raise PowerCut
