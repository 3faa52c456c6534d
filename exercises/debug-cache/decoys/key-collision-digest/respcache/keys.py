"""How a request is found again: the keys of the store."""

import hashlib

from respcache.messages import Request

CacheKey = str


def cache_key(request: Request) -> CacheKey:
    """Return the key under which the answer to this request is kept."""
    params = ",".join(
        f"{name}={value}" for name, value in sorted(request.params.items())
    )
    joined = "/".join((request.tenant, request.model, request.prompt, params))
    return request.tenant + "/" + hashlib.sha256(joined.encode()).hexdigest()


def belongs_to(key: CacheKey, tenant: str) -> bool:
    """Tell whether a key was made from one of this tenant's requests."""
    return key.rpartition("/")[0] == tenant
