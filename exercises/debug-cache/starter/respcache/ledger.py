"""Who pays for what."""

import threading
from collections import Counter
from dataclasses import dataclass

from respcache.messages import Request, Response


@dataclass(frozen=True)
class Charge:
    """One call of the model as it stands on the bill."""

    tenant: str
    model: str
    tokens: int


class UsageLedger:
    """Every charge, in the order in which the loads ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._charges: list[Charge] = []

    def charge(self, request: Request, response: Response) -> None:
        """Bill the tenant for an answer that the model has just given."""
        charge = Charge(request.tenant, request.model, response.tokens)
        with self._lock:
            self._charges.append(charge)

    def charges(self, tenant: str | None = None) -> list[Charge]:
        """Return the charges of one tenant, or of all."""
        with self._lock:
            return [
                charge
                for charge in self._charges
                if tenant is None or charge.tenant == tenant
            ]

    def statement(self) -> dict[str, int]:
        """Return the tokens billed to each tenant so far."""
        totals: Counter[str] = Counter()
        for charge in self.charges():
            totals[charge.tenant] += charge.tokens
        return dict(totals)
