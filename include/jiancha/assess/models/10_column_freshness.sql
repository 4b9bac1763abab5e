-- One row per column of a site: fresh, stale, blank, exempt or unknown as of the checkpoint, and why.
-- empty: blank when it was read, but too late to say that it was blank at the checkpoint.
CREATE TABLE column_freshness AS
WITH newest AS (
    SELECT
        target_id,
        column_id,
        max(published_on) FILTER (counted) AS newest,
        max_by(title, published_on) FILTER (counted) AS newest_title,
        max_by(url, published_on) FILTER (counted) AS newest_url,
        min(position) FILTER (published_on IS NULL) AS first_undated,
        count(*) AS items,
        count(published_on) AS dated
    FROM judged_items
    WHERE column_id <> 'home'
    GROUP BY target_id, column_id
),

positioned AS (
    SELECT n.*, min(i.position) AS newest_position
    FROM newest AS n
    LEFT JOIN judged_items AS i
        ON i.target_id = n.target_id AND i.column_id = n.column_id AND i.counted AND i.published_on = n.newest
    GROUP BY ALL
),

judged AS (
    SELECT
        c.*,
        k.cutoff,
        k.name AS kind_name,
        k.group_a,
        k.group_b,
        n.newest,
        n.newest_title,
        n.newest_url,
        coalesce(n.items, 0) AS items,
        CASE
            WHEN k.exempt THEN 'exempt'
            WHEN n.newest >= k.cutoff THEN 'fresh'
            WHEN c.status = 'blank' AND coalesce(n.items, 0) = 0 THEN
                CASE
                    WHEN v.as_of::DATE <= p.checkpoint_day + to_days(b.known_for_days) THEN 'blank'
                    ELSE 'empty'
                END
            WHEN c.status <> 'ok' THEN 'unread'
            WHEN coalesce(n.dated, 0) = 0 THEN 'undated'
            WHEN n.newest IS NULL THEN 'nothing_before'
            WHEN NOT (c.reached_end OR coalesce(c.complete_back_to <= n.newest, FALSE)) THEN 'incomplete'
            WHEN n.first_undated < n.newest_position THEN 'undated_on_top'
            ELSE 'stale'
        END AS state
    FROM columns AS c
    JOIN column_kinds AS k ON k.id = c.kind
    JOIN visits AS v ON v.target_id = c.target_id
    CROSS JOIN window_parameters AS p
    CROSS JOIN (SELECT known_for_days FROM indicators WHERE id = 'site.columns_c') AS b
    LEFT JOIN positioned AS n ON n.target_id = c.target_id AND n.column_id = c.column_id
)

SELECT
    target_id,
    column_id,
    name,
    url,
    kind,
    kind_name,
    group_a,
    group_b,
    cutoff,
    newest,
    newest_title,
    newest_url,
    items::INTEGER AS items,
    CASE WHEN state IN ('fresh', 'stale', 'blank', 'empty', 'exempt') THEN state ELSE 'unknown' END AS outcome,
    CASE state
        WHEN 'empty' THEN '读取时为空白栏目,无法确认监测时是否已开设'
        WHEN 'unread' THEN coalesce(reason, '栏目未能读取')
        WHEN 'undated' THEN '列表没有可读的发布日期'
        WHEN 'nothing_before' THEN '监测时间点前没有可见条目'
        WHEN 'incomplete' THEN '列表未能读到监测时间点之前'
        WHEN 'undated_on_top' THEN '最新条目之前有未注明日期的条目'
    END AS reason
FROM judged
ORDER BY target_id, column_id;
