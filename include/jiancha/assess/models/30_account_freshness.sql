-- One row per account with a visit: its newest post as of the checkpoint, and whether that is certain.
CREATE TABLE account_freshness AS
WITH newest AS (
    SELECT
        target_id,
        max(published_on) FILTER (counted) AS newest,
        max_by(title, published_on) FILTER (counted) AS newest_title,
        max_by(url, published_on) FILTER (counted) AS newest_url,
        max_by(evidence, published_on) FILTER (counted) AS evidence
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
        WHEN v.status = 'failed' THEN coalesce(v.reason, '账号未能读取')
        WHEN n.newest IS NULL THEN '监测时间点前没有可见的发布记录'
        WHEN v.as_of < p.checkpoint THEN '读取时间早于监测时间点'
        WHEN v.coverage <> 'complete' THEN '有未注明日期的发布记录'
        WHEN NOT (coalesce(l.reached_end, FALSE) OR coalesce(l.complete_back_to <= n.newest, FALSE))
            THEN '发布记录不完整'
    END AS doubt
FROM visits AS v
CROSS JOIN window_parameters AS p
LEFT JOIN newest AS n ON n.target_id = v.target_id
LEFT JOIN listings AS l ON l.target_id = v.target_id
WHERE v.target_kind = 'account'
ORDER BY v.target_id;
