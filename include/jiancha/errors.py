"""The exception tree, and the vocabulary of reasons for which a target could not be read."""

from __future__ import annotations

from enum import StrEnum


class FailureKind(StrEnum):
    """Why a fetch gave no usable answer. Stored with every failed visit; never means "stale"."""

    NETWORK = "network"  # connection refused, reset, name not found
    PROXY = "proxy"  # our own proxy was not reached, or would not connect
    TIMEOUT = "timeout"  # no complete answer within the time limit
    SERVER_ERROR = "server_error"  # HTTP 5xx
    RATE_LIMITED = "rate_limited"  # HTTP 429
    ROBOTS = "robots"  # the site's robots.txt does not want this page to be read
    FORBIDDEN = "forbidden"  # HTTP 401/403: log-in or block page
    NOT_FOUND = "not_found"  # HTTP 404/410 and other 4xx
    REDIRECT_LOOP = "redirect_loop"
    PRIVATE_ADDRESS = "private_address"
    TOO_LARGE = "too_large"  # body above the size limit, decompressed
    TLS = "tls"
    BAD_URL = "bad_url"
    BAD_CONTENT = "bad_content"  # the body is not what it should be (HTML instead of a feed ...)
    BAD_DATE = "bad_date"  # entries whose dates cannot be read
    SOURCE_EMPTY = "source_empty"  # an empty feed proves nothing
    INCOMPLETE = "incomplete"  # the listing does not reach back past the cut-off
    NO_SOURCE = "no_source"  # the configuration names no place to read this account
    NOT_POST_BASED = "not_post_based"  # apps and mini-programs have no posts to date
    BUDGET = "budget"  # the page or time budget of one target ran out
    ANTI_BOT = "anti_bot"  # a captcha or the platform's risk control stands in the way
    NEEDS_LOGIN = "needs_login"
    AUTH_EXPIRED = "auth_expired"  # the owner's authorisation, or a collector's log-in, has run out
    NOT_AUTHORISED = "not_authorised"  # the owner never granted it, or the access key is wrong
    RENAMED = "renamed"  # the account goes by another name than registered
    IDENTITY_MISMATCH = "identity_mismatch"  # the source speaks of another account
    BANNED = "banned"  # the platform closed the account or the post: for a person
    COLLECTOR_STALE = "collector_stale"  # the source last looked before the checkpoint
    SCHEMA = "schema"  # an answer of a form that nobody here can read
    DISAGREEMENT = "disagreement"  # two sources of one account contradict each other
    CONFIG = "config"  # the source is set up wrongly: mend that first
    NOT_RECORDED = "not_recorded"  # a replay asked for what the evidence does not hold
    UNEXPECTED = "unexpected"  # our own code stumbled over what it read
    NO_OUTCOME = "no_outcome"  # the fetch task ended without leaving an outcome (killed, lost worker)

    @property
    def transient(self) -> bool:
        """True where asking again later may help."""
        return self in _TRANSIENT


_TRANSIENT = frozenset(
    {
        FailureKind.NETWORK,
        FailureKind.PROXY,
        FailureKind.TIMEOUT,
        FailureKind.SERVER_ERROR,
        FailureKind.RATE_LIMITED,
    }
)


class JianchaError(Exception):
    """Base of every error this package raises on purpose."""


class SettingsError(JianchaError):
    """A setting is unknown or has a value that cannot be used."""


class InputError(JianchaError):
    """What a command was given (a file, an address, a time) cannot be used."""


class WindowError(JianchaError):
    """No inspection window fits what was asked for, or the calendar file is wrong."""


class LakeError(JianchaError):
    """A table that a step needs is not in the lake."""


class ReviewError(JianchaError):
    """A decision, an answer or a review sheet cannot be accepted; the message is Chinese, for inspectors."""


class RegistryError(JianchaError):
    """A registry export cannot be read. The message names file, sheet, row, column and value."""

    def __init__(  # noqa: PLR0913 - every part of the place is optional
        self,
        reason: str,
        *,
        file: str,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
    ) -> None:
        where = [f"file {file!r}"]
        if sheet is not None:
            where.append(f"sheet {sheet!r}")
        if row is not None:
            where.append(f"row {row}")
        if column is not None:
            where.append(f"column {column!r}")
        if value is not None:
            shown = str(value)
            where.append(f"value {shown[:80] + '…' if len(shown) > 80 else shown!r}")
        super().__init__(f"{reason} ({', '.join(where)})")
        self.reason, self.file, self.sheet = reason, file, sheet
        self.row, self.column, self.value = row, column, value


class FetchFailure(JianchaError):
    """A page or feed could not be had.

    ``kind`` says why, ``url`` where, ``reason`` in words for a person, ``retry_after`` (seconds) how long the
    server wants to be left alone.
    """

    retry_after: float | None = None

    def __init__(self, kind: FailureKind, reason: str, *, url: str) -> None:
        super().__init__(f"{kind}: {reason} ({url})")
        self.kind, self.reason, self.url = kind, reason, url


class UnreadableSource(JianchaError):
    """A body that was fetched is no listing of posts; ``kind`` says why, ``reason`` in words for a person."""

    def __init__(self, kind: FailureKind, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind, self.reason = kind, reason


class TransientFailure(JianchaError):
    """A target could not be read now; a later try may succeed. Its outcome row is already written."""


class RateLimited(TransientFailure):
    """The source was asked too often: a later try must leave it alone for some time."""


class PermanentFailure(JianchaError):
    """A target could not be read and asking again will not help. Its outcome row is already written."""


class GateFailed(JianchaError):
    """A critical data-quality check did not hold; the run must stop."""
