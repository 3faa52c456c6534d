"""Loads that are under way, so that others can wait for their outcome."""

from dataclasses import dataclass

from respcache.messages import Response


@dataclass(eq=False)
class Load:
    """One load: under way as long as it has neither an answer nor an error."""

    response: Response | None = None
    error: BaseException | None = None

    @property
    def over(self) -> bool:
        """Tell whether the load has ended."""
        return self.response is not None or self.error is not None
