"""The client as its users see it."""

from collections.abc import Sequence

from parley.answer import Answer
from parley.messages import Turn, body_of
from parley.policy import Backoff, Limits
from parley.transport import Transport


class ChatClient:
    """Asks one model of one provider. Any number of answers may be on their way."""

    def __init__(
        self,
        transport: Transport,
        *,
        model: str = "lark-2",
        backoff: Backoff | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._transport = transport
        self._model = model
        self._backoff = backoff if backoff is not None else Backoff()
        self._limits = limits if limits is not None else Limits()

    def ask(self, question: str | Sequence[Turn]) -> Answer:
        """Ask a question, or for the next turn of a conversation.

        The request is on its way at once, while the caller still draws its window.
        This needs a running event loop.
        """
        turns = [Turn("user", question)] if isinstance(question, str) else question
        body = body_of(self._model, turns)
        return Answer(self._transport, body, self._backoff, self._limits)
