"""Stand-ins for the model, for tests."""

import threading

from respcache import Request, Response


class Model:
    """A loader that counts its calls and answers at once.

    The answer to a prompt is the prompt in upper case unless `answers` has another.
    """

    def __init__(self, answers: dict[str, str] | None = None, tokens: int = 1) -> None:
        self.requests: list[Request] = []
        self._answers = answers or {}
        self._tokens = tokens
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Response:
        with self._lock:
            self.requests.append(request)
        text = self._answers.get(request.prompt, request.prompt.upper())
        return Response(text, self._tokens)

    @property
    def prompts(self) -> list[str]:
        """What the model was asked, in order."""
        return [request.prompt for request in self.requests]


def ask(prompt: str, *, tenant: str = "acme", model: str = "north-large") -> Request:
    """Return a request of which only the prompt matters."""
    return Request(tenant, model, prompt)
