"""The way to the model as the teams' services know it."""

from collections.abc import Callable

from tokengate.contract import Contract
from tokengate.errors import OutOfTokens
from tokengate.messages import Completion, Prompt
from tokengate.meter import Meter

Model = Callable[[Prompt], Completion]


class Gateway:
    """Lets prompts through to the model as long as there are tokens left.

    Whether there are is looked up before the model is asked, and what the answer cost
    is noted afterwards. In between, others may look it up as well.
    """

    def __init__(self, model: Model, contract: Contract, meter: Meter) -> None:
        self._model = model
        self._contract = contract
        self._meter = meter

    def complete(self, prompt: Prompt) -> Completion:
        """Return the model's answer; raise OutOfTokens where nothing is left."""
        self._contract.guarantee(prompt.team)
        if self._meter.used() >= self._contract.quota:
            raise OutOfTokens(prompt.team)
        completion = self._model(prompt)
        self._meter.record(prompt.team, completion.tokens)
        return completion
