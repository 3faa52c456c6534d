"""How a request is found again: the keys of the store."""

from collections.abc import Hashable

from respcache.messages import Request

CacheKey = tuple[str, Hashable]


def cache_key(request: Request) -> CacheKey:
    """Return the key under which the answer to this request is kept."""
    params = frozenset(request.params.items())
    return request.tenant, (request.model, request.prompt, params)


def belongs_to(key: CacheKey, tenant: str) -> bool:
    """Tell whether a key was made from one of this tenant's requests."""
    return key[0] == tenant
