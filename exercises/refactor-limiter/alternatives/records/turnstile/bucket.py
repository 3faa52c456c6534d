"""Takes tokens from a bucket that is filled again drop by drop."""

from turnstile.limiter import OldLimiter


class TokenBucket(OldLimiter):
    """Up to `limit` at once; an empty bucket is full again after `period` seconds."""

    algorithm = "bucket"
