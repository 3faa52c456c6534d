"""How a request is found again: the keys of the store."""

import json

from respcache.messages import Request

CacheKey = str


def cache_key(request: Request) -> CacheKey:
    """Return the key under which the answer to this request is kept.

    JSON quotes whatever could be taken for the end of a part.
    """
    params = dict(sorted(request.params.items()))
    return json.dumps([request.tenant, request.model, request.prompt, params])


def belongs_to(key: CacheKey, tenant: str) -> bool:
    """Tell whether a key was made from one of this tenant's requests."""
    return key.startswith(f"[{json.dumps(tenant)}, ")
