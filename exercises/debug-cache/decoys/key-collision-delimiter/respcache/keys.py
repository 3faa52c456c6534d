"""How a request is found again: the keys of the store."""

from respcache.messages import Request

CacheKey = str


def cache_key(request: Request) -> CacheKey:
    """Return the key under which the answer to this request is kept."""
    params = ",".join(
        f"{name}={value}" for name, value in sorted(request.params.items())
    )
    return "\x1f".join((request.tenant, request.model, request.prompt, params))


def belongs_to(key: CacheKey, tenant: str) -> bool:
    """Tell whether a key was made from one of this tenant's requests."""
    return key.startswith(f"{tenant}\x1f")
