-- One row per account with a visit: its newest post as of the checkpoint.
-- unread: why nothing is known. doubt: why a newer post may have been missed; it matters only where
-- `newest` is too old, a post that was seen is enough.
CREATE TABLE account_freshness AS
WITH newest AS (
    SELECT
        target_id,
        max(published_on) FILTER (counted) AS newest,
        first(title ORDER BY published_on DESC, published_at DESC NULLS LAST, position, post_id) FILTER (counted)
            AS newest_title,
        first(url ORDER BY published_on DESC, published_at DESC NULLS LAST, position, post_id) FILTER (counted)
            AS newest_url,
        first(evidence ORDER BY published_on DESC, published_at DESC NULLS LAST, position, post_id) FILTER (counted)
            AS evidence
    FROM judged_posts
    GROUP BY target_id
)

SELECT
    v.target_id,
    n.newest,
    n.newest_title,
    n.newest_url,
    n.evidence,
    p.checkpoint_day - n.newest AS age,
    CASE
        WHEN NOT v.in_time THEN '读取时间早于监测时间点'
        WHEN v.coverage IS DISTINCT FROM 'complete' THEN '有未注明日期的发布记录'
        WHEN NOT coalesce(l.reached_end OR l.complete_back_to <= n.newest, FALSE) THEN '发布记录不完整'
    END AS doubt,
    CASE
        WHEN NOT v.read THEN coalesce(v.reason, '账号未能读取')
        WHEN n.newest IS NULL THEN '监测时间点前没有可见的发布记录'
    END AS unread
FROM judged_visits AS v
CROSS JOIN window_parameters AS p
LEFT JOIN newest AS n ON n.target_id = v.target_id
LEFT JOIN listings AS l ON l.target_id = v.target_id
WHERE v.target_kind = 'account'
ORDER BY v.target_id;
