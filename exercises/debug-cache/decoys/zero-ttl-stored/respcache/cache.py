"""The cache as its users see it."""

import threading
from collections.abc import Callable

from respcache.clock import Clock, SystemClock
from respcache.expiry import TtlPolicy
from respcache.flight import Flight, FlightBoard
from respcache.keys import CacheKey, belongs_to, cache_key
from respcache.ledger import UsageLedger
from respcache.messages import Request, Response, weight
from respcache.stats import Snapshot, Stats
from respcache.store import Entry, LruStore

Loader = Callable[[Request], Response]
Authoriser = Callable[[Request], None]


class ResponseCache:
    """Keeps a model's answers, and asks the model only for those it lacks.

    `loader` asks the model and may take seconds. `authorise`, if given, is asked
    before the model is, and raises if the tenant may not spend. Any number of
    threads may use one cache.
    """

    def __init__(
        self,
        loader: Loader,
        *,
        max_bytes: int,
        ttl: TtlPolicy | None = None,
        clock: Clock | None = None,
        ledger: UsageLedger | None = None,
        authorise: Authoriser | None = None,
    ) -> None:
        self._loader = loader
        self._ttl = ttl if ttl is not None else TtlPolicy()
        self._clock = clock if clock is not None else SystemClock()
        self._ledger = ledger if ledger is not None else UsageLedger()
        self._authorise = authorise
        self._store = LruStore(max_bytes)
        self._flights = FlightBoard()
        self._stats = Stats()
        self._lock = threading.Lock()  # guards the store and the flights

    def fetch(self, request: Request, *, ttl: float | None = None) -> Response:
        """Return the answer to a request, from the model if need be.

        `ttl` is for how many seconds to keep the answer if the model is asked.
        Errors of the loader and of the authoriser reach the caller unchanged.
        """
        lifetime = self._ttl.lifetime(request.model, ttl)
        key = cache_key(request)
        with self._lock:
            entry = self._use(key)
            if entry is not None:
                self._stats.count("hits")
                return entry.response
            flight = self._flights.find(key)
        if flight is not None:
            self._stats.count("shared")
            return flight.outcome()
        if self._authorise is not None:
            self._authorise(request)
        with self._lock:
            flight = self._flights.depart(key)
        return self._load(flight, request, lifetime)

    def put(
        self, request: Request, response: Response, *, ttl: float | None = None
    ) -> None:
        """Keep an answer that is known already; nobody is billed for it."""
        lifetime = self._ttl.lifetime(request.model, ttl)
        with self._lock:
            self._keep(cache_key(request), request, response, lifetime)

    def peek(self, request: Request) -> Response | None:
        """Return the answer if it is at hand; this does not count as a use."""
        with self._lock:
            entry = self._store.get(cache_key(request))
            if entry is None or entry.expired(self._clock.now()):
                return None
            return entry.response

    def invalidate(self, request: Request) -> bool:
        """Forget the answer to a request; return whether there was one."""
        with self._lock:
            return self._store.remove(cache_key(request))

    def invalidate_tenant(self, tenant: str) -> int:
        """Forget all answers of a tenant; return how many those were."""
        with self._lock:
            return self._store.remove_where(lambda key, _: belongs_to(key, tenant))

    def purge(self, *, idle: float | None = None) -> int:
        """Forget answers that are too old; return how many those were.

        With `idle`, also those that nobody has asked for in so many seconds.
        """
        now = self._clock.now()

        def unwanted(_: CacheKey, entry: Entry) -> bool:
            return entry.expired(now) or (idle is not None and entry.idle(now) >= idle)

        with self._lock:
            return self._store.remove_where(unwanted)

    def __contains__(self, request: Request) -> bool:
        return self.peek(request) is not None

    def __len__(self) -> int:
        with self._lock:
            return len(self._store)

    @property
    def used_bytes(self) -> int:
        """How much of the byte budget is taken."""
        with self._lock:
            return self._store.used_bytes

    @property
    def stats(self) -> Snapshot:
        """The counters as of now."""
        return self._stats.snapshot()

    def _use(self, key: CacheKey) -> Entry | None:
        """Return the entry to serve for a key, if there is one."""
        now = self._clock.now()
        entry = self._store.get(key)
        if entry is None:
            return None
        if entry.expired(now):
            self._store.remove(key)
            self._stats.count("expirations")
            return None
        self._store.mark_used(key, now)
        return entry

    def _load(self, flight: Flight, request: Request, lifetime: float) -> Response:
        """Ask the model, keep its answer and end the flight."""
        try:
            response = self._ask(request)
        except BaseException as error:
            with self._lock:
                self._flights.crash(flight, error)
            raise
        with self._lock:
            self._keep(flight.key, request, response, lifetime)
            self._flights.land(flight, response)
        return response

    def _ask(self, request: Request) -> Response:
        """Ask the model and bill the tenant for its answer."""
        self._stats.count("loads")
        try:
            response = self._loader(request)
        except BaseException:
            self._stats.count("failures")
            raise
        self._ledger.charge(request, response)
        return response

    def _keep(
        self, key: CacheKey, request: Request, response: Response, lifetime: float
    ) -> None:
        """Store an answer, unless it is not to be kept or could never fit."""
        size = weight(request, response)
        if not self._store.fits(size):
            self._store.remove(key)
            return
        now = self._clock.now()
        entry = Entry(response, size, expires_at=now + lifetime, last_used=now)
        evicted = self._store.put(key, entry)
        self._stats.count("evictions", evicted)
