"""The columns of every table that tasks write. Times are UTC instants, dates local days (Asia/Shanghai)."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

_TIME = pa.timestamp("us", tz="UTC")

#: What people decide on: findings and wording errors.
_DECISIONS = pa.schema(
    {
        "finding_id": pa.string(),
        "fingerprint": pa.string(),  # of what was measured when it was decided on
        "choice": pa.string(),  # confirm | overrule | exempt | measure_again
        "reason": pa.string(),
        "columns": pa.list_(pa.string()),  # exempt columns: names or addresses
        "decided_by": pa.string(),
        "decided_at": _TIME,
        "via": pa.string(),  # airflow | sheet
    }
)

#: Arrow schema of every table that tasks write. One row per ... as said beside each.
SCHEMAS: Mapping[str, pa.Schema] = {
    # one registered website; several rows may share a code
    "sites": pa.schema(
        {
            "target_id": pa.string(),
            "site_code": pa.string(),
            "name": pa.string(),
            "url": pa.string(),
            "level": pa.string(),
            "owner": pa.string(),
            "row": pa.int32(),
        }
    ),
    # one registered account; several rows may share a code
    "accounts": pa.schema(
        {
            "target_id": pa.string(),
            "account_code": pa.string(),
            "platform": pa.string(),
            "name": pa.string(),
            "owner": pa.string(),
            "row": pa.int32(),
        }
    ),
    # one column that the registry itself lists
    "site_columns": pa.schema(
        {"site_code": pa.string(), "name": pa.string(), "url": pa.string(), "kind": pa.string()}
    ),
    # one place where an account's posts can be read
    "account_sources": pa.schema(
        {
            "account_code": pa.string(),
            "platform": pa.string(),
            "name": pa.string(),
            "adapter": pa.string(),
            "address": pa.string(),
        }
    ),
    # one remark on the registry: check, where it is, what it says
    "registry_warnings": pa.schema(
        {"check": pa.string(), "row": pa.int32(), "code": pa.string(), "message": pa.string()}
    ),
    # the outcome of one target's fetch: exactly one row per target and window
    "visits": pa.schema(
        {
            "target_id": pa.string(),
            "target_kind": pa.string(),  # site | account
            "status": pa.string(),  # ok | failed
            "failure": pa.string(),  # a FailureKind, or null
            "reason": pa.string(),  # in words, or null
            "url": pa.string(),
            "started_at": _TIME,
            "finished_at": _TIME,
            "as_of": _TIME,  # the instant that the pages were read
            "coverage": pa.string(),  # complete | partial | none
            "adapter": pa.string(),
            "evidence": pa.string(),  # path of the WARC in the lake
            "requests": pa.int32(),
            "bytes": pa.int64(),
            "home_status": pa.string(),  # sites: ok | failed | unread
        }
    ),
    # one column of a site
    "columns": pa.schema(
        {
            "target_id": pa.string(),
            "column_id": pa.string(),
            "name": pa.string(),
            "url": pa.string(),
            "kind": pa.string(),  # a column kind of the indicator set
            "found_by": pa.string(),  # navigation | meta | site_map | registry
            "status": pa.string(),  # ok | blank | unread | failed
            "failure": pa.string(),
            "reason": pa.string(),
            "complete_back_to": pa.date32(),  # items dated on or after it were all read; null: none known
            "reached_end": pa.bool_(),  # the last list page was read
            "pages": pa.int32(),
            "evidence": pa.string(),  # WARC record id of the first list page
        }
    ),
    # one dated (or undated) list item of a column; column_id "home" for the home page
    "items": pa.schema(
        {
            "target_id": pa.string(),
            "column_id": pa.string(),
            "title": pa.string(),
            "url": pa.string(),
            "published_on": pa.date32(),
            "published_at": _TIME,  # null where only the day is known
            "date_rule": pa.string(),
            "pinned": pa.bool_(),
            "position": pa.int32(),
            "page_url": pa.string(),
            "evidence": pa.string(),
        }
    ),
    # one post of an account
    "posts": pa.schema(
        {
            "target_id": pa.string(),
            "post_id": pa.string(),
            "title": pa.string(),
            "url": pa.string(),
            "published_on": pa.date32(),
            "published_at": _TIME,
            "pinned": pa.bool_(),
            "date_rule": pa.string(),
            "position": pa.int32(),
            "evidence": pa.string(),
        }
    ),
    # whether an app or mini-program could be had from its download or store page
    "app_availability": pa.schema(
        {
            "target_id": pa.string(),
            "url": pa.string(),
            "outcome": pa.string(),  # available | unavailable | unknown
            "reason": pa.string(),
            "checked_at": _TIME,
            "evidence": pa.string(),
        }
    ),
    # one link of the home page or of a column's page
    "links": pa.schema(
        {
            "target_id": pa.string(),
            "page_url": pa.string(),  # the first page that shows it
            "url": pa.string(),
            "text": pa.string(),
            "where": pa.string(),  # home | column
            "outcome": pa.string(),  # ok | dead | unknown
            "status": pa.int32(),
            "reason": pa.string(),
            "off_domain": pa.bool_(),
            "evidence": pa.string(),  # WARC record id of that page
        }
    ),
    # a required tag or footer item that a page lacks; without page_url: how many more pages were so
    "page_marks": pa.schema(
        {
            "target_id": pa.string(),
            "page_url": pa.string(),
            "mark": pa.string(),  # a mark of the indicator set
            "outcome": pa.string(),  # missing | empty | wrong, and ok for counts
            "value": pa.string(),
            "pages": pa.int32(),
            "evidence": pa.string(),
        }
    ),
    # one wording error of a site, however many pages repeat it
    "wording": pa.schema(
        {
            "target_id": pa.string(),
            "error_id": pa.string(),
            "rule": pa.string(),
            "kind": pa.string(),
            "severity": pa.string(),  # 严重 | 一般 | 提示
            "wrong": pa.string(),
            "right": pa.string(),
            "snippet": pa.string(),
            "page_url": pa.string(),
            "page_title": pa.string(),
            "position": pa.int32(),  # in the page's text
            "pages": pa.int32(),
            "evidence": pa.string(),
        }
    ),
    # what a later look at a wording error found; the last one counts
    "wording_states": pa.schema(
        {
            "target_id": pa.string(),
            "error_id": pa.string(),
            "checked_at": _TIME,
            "outcome": pa.string(),  # mended | open | unknown
            "told": pa.string(),
            "evidence": pa.string(),
        }
    ),
    # something on a page that a person should look at: hidden links, injected advertising
    "suspicions": pa.schema(
        {
            "target_id": pa.string(),
            "page_url": pa.string(),
            "rule": pa.string(),
            "text": pa.string(),
            "url": pa.string(),
            "position": pa.int32(),  # place in the page's text, -1 for its head
            "evidence": pa.string(),
        }
    ),
    # one message of a consultation column; days are null and the status unknown where no page told them
    "messages": pa.schema(
        {
            "target_id": pa.string(),
            "column_url": pa.string(),
            "title": pa.string(),
            "url": pa.string(),
            "asked_on": pa.date32(),
            "answered_on": pa.date32(),
            "status": pa.string(),  # answered | open | unknown
            "page_url": pa.string(),
            "evidence": pa.string(),
        }
    ),
    # one service guide; the lists hold ids of the indicator set's element classes
    "guides": pa.schema(
        {
            "target_id": pa.string(),
            "title": pa.string(),
            "url": pa.string(),
            "missing": pa.list_(pa.string()),
            "present": pa.list_(pa.string()),
            "judged": pa.bool_(),
            "reason": pa.string(),
            "evidence": pa.string(),
        }
    ),
    # a picture of a page that a finding accuses, or why there is none; with a path, what it lacks
    "screenshots": pa.schema(
        {
            "target_id": pa.string(),
            "page_url": pa.string(),
            "path": pa.string(),  # of the PNG in the lake
            "taken_at": _TIME,
            "sha256": pa.string(),
            "failure": pa.string(),
        }
    ),
    # whether what an indicator of a site needs could be read whole; detail is JSON
    "site_checks": pa.schema(
        {
            "target_id": pa.string(),
            "indicator": pa.string(),
            "status": pa.string(),  # measured | unmeasured
            "reason": pa.string(),
            "detail": pa.string(),
        }
    ),
    # the results of an assessment; their models in assess/models say what a row is
    "column_freshness": pa.schema(
        {
            "target_id": pa.string(),
            "column_id": pa.string(),
            "name": pa.string(),
            "url": pa.string(),
            "kind": pa.string(),
            "kind_name": pa.string(),
            "group_a": pa.bool_(),
            "group_b": pa.bool_(),
            "cutoff": pa.date32(),
            "newest": pa.date32(),
            "newest_title": pa.string(),
            "newest_url": pa.string(),
            "items": pa.int32(),
            "settled": pa.bool_(),  # nothing newer than `newest` can have been missed
            "outcome": pa.string(),  # fresh | stale | blank | empty | exempt | unknown
            "reason": pa.string(),
        }
    ),
    "home_freshness": pa.schema(
        {
            "target_id": pa.string(),
            "method": pa.string(),  # own | featured | all_columns
            "newest": pa.date32(),
            "age": pa.int64(),
            "doubt": pa.string(),
            "unread": pa.string(),
        }
    ),
    "account_freshness": pa.schema(
        {
            "target_id": pa.string(),
            "newest": pa.date32(),
            "newest_title": pa.string(),
            "newest_url": pa.string(),
            "evidence": pa.string(),
            "age": pa.int64(),
            "doubt": pa.string(),
            "unread": pa.string(),
        }
    ),
    # how many of a site's pages that must carry a mark were looked at, and how many lack it
    "site_marks": pa.schema(
        {
            "target_id": pa.string(),
            "mark": pa.string(),
            "name": pa.string(),
            "pages": pa.int64(),
            "missing": pa.int64(),
            "empty": pa.int64(),
            "wrong": pa.int64(),
            "example": pa.string(),
            "example_value": pa.string(),
        }
    ),
    # links of a site's home page, and of its columns
    "site_links": pa.schema(
        {
            "target_id": pa.string(),
            "where": pa.string(),  # home | column
            "links": pa.int64(),
            "tried": pa.int64(),  # with an outcome
            "dead": pa.int64(),
            "off_domain": pa.int64(),
            "dead_share": pa.float64(),  # of those tried, in percent; null where none was
        }
    ),
    # a registered site's faults of tags and links in words
    "page_faults": pa.schema(
        {
            "target_id": pa.string(),
            "row": pa.int32(),
            "site_code": pa.string(),
            "name": pa.string(),
            "subject": pa.string(),
            "told": pa.string(),
            "example": pa.string(),
            "value": pa.string(),
        }
    ),
    "availability": pa.schema(
        {
            "target_id": pa.string(),
            "days": pa.int32(),  # days with enough probes, at most as many as the rule wants
            "probes": pa.int32(),  # that counted, on these days
            "failed": pa.int32(),
            "percent": pa.float64(),
            "enough": pa.bool_(),
            "first_day": pa.date32(),
            "last_day": pa.date32(),
            "excused": pa.int32(),  # in the whole window
            "own_line": pa.int32(),  # rounds of the whole window that our own line spoilt
            "examples": pa.string(),  # JSON list of failed probes: time, seconds, status, reason
            "reason": pa.string(),
        }
    ),
    "message_states": pa.schema(
        {
            "target_id": pa.string(),
            "title": pa.string(),
            "url": pa.string(),
            "asked_on": pa.date32(),
            "answered_on": pa.date32(),
            "days": pa.int64(),
            "state": pa.string(),  # unanswered | late | answered | unknown | irrelevant
            "evidence": pa.string(),
        }
    ),
    "guide_states": pa.schema(
        {
            "target_id": pa.string(),
            "title": pa.string(),
            "url": pa.string(),
            "missing": pa.list_(pa.string()),  # names of element classes
            "state": pa.string(),  # lacking | whole | unknown
            "reason": pa.string(),
            "evidence": pa.string(),
        }
    ),
    "measurements": pa.schema(
        {
            "target_id": pa.string(),
            "target_kind": pa.string(),
            "indicator": pa.string(),
            "required": pa.bool_(),
            "measured": pa.bool_(),
            "value": pa.float64(),
            "failed": pa.bool_(),
            "warn": pa.bool_(),
            "reason": pa.string(),
        }
    ),
    "findings": pa.schema(
        {
            "target_id": pa.string(),
            "target_kind": pa.string(),
            "indicator": pa.string(),
            "problem": pa.string(),
            "measured": pa.float64(),
            "threshold": pa.float64(),
            "compare": pa.string(),
            "unit": pa.string(),
            "standard_id": pa.string(),
            "standard_version": pa.string(),
            "evidence": pa.string(),
            "detail": pa.string(),  # JSON
        }
    ),
    "verdicts": pa.schema(
        {
            "target_id": pa.string(),
            "target_kind": pa.string(),  # site | account
            "row": pa.int32(),
            "code": pa.string(),
            "name": pa.string(),
            "platform": pa.string(),
            "owner": pa.string(),
            "level": pa.string(),
            "url": pa.string(),
            "outcome": pa.string(),  # qualified | unqualified | undetermined
            "problem": pa.string(),
            "reason": pa.string(),
        }
    ),
    "summary": pa.schema(
        {
            "target_kind": pa.string(),
            "measure": pa.string(),
            "key": pa.string(),
            "value": pa.int64(),
            "previous": pa.int64(),
        }
    ),
    # one data-quality check of a gate
    "quality": pa.schema(
        {
            "gate": pa.string(),
            "check": pa.string(),
            "severity": pa.string(),  # critical | warning
            "passed": pa.bool_(),
            "count": pa.int64(),
            "examples": pa.string(),  # JSON list of strings
            "message": pa.string(),
        }
    ),
    # one probe of one site's home page, made in one hourly round
    "probes": pa.schema(
        {
            "target_id": pa.string(),
            "round": pa.string(),  # the local hour, such as 20210209T14
            "url": pa.string(),
            "probed_at": _TIME,
            "seconds": pa.float64(),  # from the request to the finished page, or to the failure
            "status": pa.int32(),  # of the last answer; null where there was none
            "outcome": pa.string(),  # ok | failed | excused (does not count)
            "failure": pa.string(),
            "reason": pa.string(),
            "evidence": pa.string(),  # WARC record id of the last answer, of probes that are not ok
        }
    ),
    # one whole round; probes of a round without such a row do not count
    "probe_rounds": pa.schema(
        {
            "round": pa.string(),
            "sites": pa.int32(),
            "counted": pa.int32(),  # probes that came out ok or failed
            "failed": pa.int32(),
            "own_line": pa.bool_(),  # so many failed that our own line is to blame: does not count
        }
    ),
    # the oldest day back to which an account's listing is whole
    "listings": pa.schema(
        {
            "target_id": pa.string(),
            "complete_back_to": pa.date32(),
            "reached_end": pa.bool_(),
            "entries": pa.int32(),
            "confirmed_by": pa.string(),  # the address of a second source that agrees, or null
        }
    ),
    # one person's decision on one finding; a file each, never changed
    "decisions": _DECISIONS,
    # the same on one wording error; a file for each
    "wording_decisions": _DECISIONS,
    # what the second look at one finding showed
    "second_looks": pa.schema(
        {
            "target_id": pa.string(),
            "target_kind": pa.string(),
            "code": pa.string(),
            "name": pa.string(),
            "indicator": pa.string(),
            "first_measured": pa.float64(),
            "second_measured": pa.float64(),
            "threshold": pa.float64(),
            "outcome": pa.string(),  # repeated | dropped | unknown
            "told": pa.string(),
            "looked_at": _TIME,
            "first_evidence": pa.string(),
            "second_evidence": pa.string(),
        }
    ),
    # what one daily look at one account showed; the window is a day (2021-03-31)
    "account_readings": pa.schema(
        {
            "target_id": pa.string(),
            "read_at": _TIME,
            "outcome": pa.string(),  # fresh | stale | unknown: as of the warning's days, not of a window
            "failure": pa.string(),
            "reason": pa.string(),
            "adapter": pa.string(),
            "source": pa.string(),
            "newest": pa.date32(),
            "newest_title": pa.string(),
            "newest_url": pa.string(),
            "post_days": pa.list_(pa.date32()),
            "whole_since": pa.date32(),  # every post from this day on was read; null: none is certain
            "known_until": pa.date32(),
        }
    ),
    # how regularly one account posts, as known on one day; the window is that day
    "account_gaps": pa.schema(
        {
            "target_id": pa.string(),
            "row": pa.int32(),
            "account_code": pa.string(),
            "platform": pa.string(),
            "name": pa.string(),
            "owner": pa.string(),
            "day": pa.date32(),
            "outcome": pa.string(),
            "failure": pa.string(),
            "reason": pa.string(),
            "adapter": pa.string(),
            "source": pa.string(),
            "newest": pa.date32(),
            "newest_title": pa.string(),
            "newest_url": pa.string(),
            "days_without": pa.int32(),  # whole days since the newest post; null where it is unknown
            "post_days": pa.list_(pa.date32()),
            "known_since": pa.date32(),  # every day with a post between these two is in post_days
            "known_until": pa.date32(),
            "longest_gap": pa.int32(),  # whole days without a post, of the days that were counted
            "gap_first": pa.date32(),
            "gap_last": pa.date32(),
            "days_out": pa.int32(),  # days on which the two-week rule was not met
            "days_counted": pa.int32(),
            "told_newest": pa.date32(),  # the newest post of the silence that the owner was mailed about
            "told_days": pa.int32(),  # the limit in days that the last mail about it named
        }
    ),
    # one thing that happened to one published finding; a file each, never changed
    "rectifications": pa.schema(
        {
            "finding_id": pa.string(),
            "target_id": pa.string(),
            "event": pa.string(),  # opened | checked | mended | answered | reminded | escalated
            "happened_at": _TIME,
            "told": pa.string(),
            "measured": pa.float64(),
            "evidence": pa.string(),
        }
    ),
}
