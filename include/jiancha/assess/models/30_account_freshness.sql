-- One row per account with a visit: what the rule of freshness made of its listing when it was read, and the
-- newest post that counts. unread: why nothing is known. doubt: a newer post may have been missed; it matters only
-- where `newest` is too old, a post that was seen is enough.
CREATE TABLE account_freshness AS
SELECT
    v.target_id,
    n.published_on AS newest,
    n.title AS newest_title,
    n.url AS newest_url,
    n.evidence,
    p.checkpoint_day - n.published_on AS age,
    CASE WHEN l.outcome <> 'stale' THEN l.why END AS doubt,
    CASE
        WHEN NOT v.read THEN coalesce(v.reason, '账号未能读取')
        WHEN l.outcome IS NULL THEN '读取时未作判定，需从证据重新读取'
        WHEN n.published_on IS NULL THEN l.why
    END AS unread
FROM judged_visits AS v
CROSS JOIN window_parameters AS p
LEFT JOIN listings AS l ON l.target_id = v.target_id
LEFT JOIN posts AS n ON n.target_id = v.target_id AND n.position = l.newest
WHERE v.target_kind = 'account'
ORDER BY v.target_id;
