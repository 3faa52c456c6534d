"""How a request is found again: the keys of the store."""

from typing import NamedTuple

from respcache.messages import Request, Scalar


class CacheKey(NamedTuple):
    """The parts of a request side by side, so that none can pass for another."""

    tenant: str
    model: str
    prompt: str
    params: tuple[tuple[str, Scalar], ...]


def cache_key(request: Request) -> CacheKey:
    """Return the key under which the answer to this request is kept."""
    params = ",".join(
        f"{name}={request.params[name]}" for name in sorted(request.params)
    )
    return CacheKey(request.tenant, request.model, request.prompt, params)


def belongs_to(key: CacheKey, tenant: str) -> bool:
    """Tell whether a key was made from one of this tenant's requests."""
    return key.tenant == tenant
