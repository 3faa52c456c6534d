"""What can keep an answer from coming to its end."""


class StreamError(Exception):
    """The answer did not come to its end. All other errors here are of this kind."""


class Refused(StreamError):
    """The provider will not answer this request, however often it is asked."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the provider refused the request with status {status}")
        self.status = status


class ProviderError(StreamError):
    """The provider broke off the answer for good, and said why."""


class ProtocolError(StreamError):
    """The provider sent an event that cannot be read."""


class GaveUp(StreamError):
    """Too many failures in a row; the error of the last one is the cause."""

    def __init__(self, failures: int) -> None:
        super().__init__(f"{failures} connections in a row failed")
        self.failures = failures


class DeadlineExceeded(StreamError):
    """The answer was not complete when its time was over."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__(f"the answer was not complete after {seconds} s")
        self.seconds = seconds
