"""What the rest of the package takes for a model, and how HTTP becomes a reply."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sturdy.errors import BadReply, Overloaded, Refused, Unavailable
from sturdy.messages import Prompt, Reply
from sturdy.waiting import seconds_to_wait


class Model(Protocol):
    """A model that is asked and waited for."""

    @property
    def name(self) -> str:
        """What the model is called on bills and in logs."""

    def ask(self, prompt: Prompt, *, timeout: float) -> Reply:
        """Return the reply, or raise TimeoutError after so many seconds at the latest.

        Raises a ModelError for what the provider says and an OSError for what the
        network does.
        """


class AsyncModel(Protocol):
    """The same for asyncio."""

    @property
    def name(self) -> str:
        """What the model is called on bills and in logs."""

    async def ask(self, prompt: Prompt, *, timeout: float) -> Reply:
        """Return the reply.

        `timeout` is passed on to the provider, which stops computing then. Whether and
        when one hears of that is another matter.
        """


def reply_of(
    status: int, headers: Mapping[str, str], body: str, *, now: datetime
) -> Reply:
    """Return what a provider's HTTP response says, or raise what it means."""
    if status == 429:
        lower = {name.lower(): value for name, value in headers.items()}
        raise Overloaded(seconds_to_wait(lower.get("retry-after"), now=now))
    if status >= 500:
        raise Unavailable(status)
    if status != 200:
        raise Refused(status, body.strip()[:200])
    try:
        data = json.loads(body)
        return Reply(str(data["text"]), int(data["tokens"]))
    except (ValueError, TypeError, KeyError) as error:
        raise BadReply(f"cannot read {body[:80]!r}") from error
