-- One row per column of a site: fresh, stale, blank, exempt or unknown as of the checkpoint, and why.
-- empty: blank when it was read, but too late to say that it was blank at the checkpoint.
-- settled: no item newer than `newest` and not after the checkpoint can have been missed.
CREATE TABLE column_freshness AS
WITH lists AS (
    SELECT
        target_id,
        column_id,
        count(*) AS items,
        count(published_on) AS dated,
        max(published_on) FILTER (counted) AS newest,
        first(title ORDER BY published_on DESC, published_at DESC NULLS LAST, position, url) FILTER (counted)
            AS newest_title,
        first(url ORDER BY published_on DESC, published_at DESC NULLS LAST, position, url) FILTER (counted)
            AS newest_url,
        min(position) FILTER (published_on IS NULL) AS first_undated,
        -- a pinned item stands above newer ones, so its place tells nothing about what lies below it
        first(position ORDER BY published_on DESC, position) FILTER (counted AND NOT coalesce(pinned, FALSE))
            AS newest_position
    FROM judged_items
    WHERE column_id <> 'home'
    GROUP BY target_id, column_id
),

placed AS (
    SELECT
        *,
        dated < items AND coalesce(first_undated < newest_position, TRUE) AS undated_on_top
    FROM lists
),

known AS (
    SELECT
        c.*,
        k.id IS NOT NULL AS has_kind,
        k.cutoff,
        coalesce(k.name, c.kind) AS kind_name,
        coalesce(k.exempt, FALSE) AS exempt,
        -- a column whose kind the indicator set does not know may count in either rule
        coalesce(k.group_a, TRUE) AS group_a,
        coalesce(k.group_b, TRUE) AS group_b,
        n.newest,
        n.newest_title,
        n.newest_url,
        coalesce(n.items, 0) AS items,
        coalesce(n.dated, 0) AS dated,
        coalesce(n.undated_on_top, FALSE) AS undated_on_top,
        coalesce(v.in_time, FALSE) AS in_time,
        v.as_of::DATE AS read_on,
        c.status IS NOT DISTINCT FROM 'blank' AND coalesce(n.items, 0) = 0 AS nothing_there,
        coalesce(c.reached_end OR c.complete_back_to <= n.newest, FALSE) AS whole,
        coalesce(c.complete_back_to <= k.cutoff, FALSE) AS whole_to_cutoff
    FROM columns AS c
    LEFT JOIN column_kinds AS k ON k.id = c.kind
    LEFT JOIN judged_visits AS v ON v.target_id = c.target_id
    LEFT JOIN placed AS n ON n.target_id = c.target_id AND n.column_id = c.column_id
),

blank_rule AS (
    SELECT max(known_for_days) AS known_for_days FROM indicators WHERE id = 'site.columns_c'
),

judged AS (
    SELECT
        k.*,
        CASE
            WHEN k.exempt THEN 'exempt'
            WHEN k.newest >= k.cutoff THEN 'fresh'
            WHEN NOT k.in_time THEN 'early'
            WHEN k.nothing_there AND b.known_for_days IS NULL THEN 'blank'
            WHEN k.nothing_there AND k.read_on <= p.checkpoint_day + b.known_for_days THEN 'blank'
            WHEN k.nothing_there THEN 'empty'
            WHEN k.status IS DISTINCT FROM 'ok' THEN 'unread'
            WHEN NOT k.has_kind THEN 'no_kind'
            WHEN k.dated = 0 THEN 'undated'
            WHEN k.newest IS NULL THEN 'nothing_before'
            WHEN NOT (k.whole OR k.whole_to_cutoff) THEN 'incomplete'
            WHEN k.undated_on_top THEN 'undated_on_top'
            ELSE 'stale'
        END AS state
    FROM known AS k
    CROSS JOIN window_parameters AS p
    CROSS JOIN blank_rule AS b
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
    in_time AND (
        nothing_there
        OR (status IS NOT DISTINCT FROM 'ok' AND newest IS NOT NULL AND whole AND NOT undated_on_top)
    ) AS settled,
    CASE WHEN state IN ('fresh', 'stale', 'blank', 'empty', 'exempt') THEN state ELSE 'unknown' END AS outcome,
    CASE state
        WHEN 'early' THEN '读取时间早于监测时间点'
        WHEN 'empty' THEN '读取时为空白栏目，无法确认监测时是否已开设'
        WHEN 'unread' THEN coalesce(reason, '栏目未能读取')
        WHEN 'no_kind' THEN '栏目类别不在指标集中'
        WHEN 'undated' THEN '列表没有可读的发布日期'
        WHEN 'nothing_before' THEN '监测时间点前没有可见条目'
        WHEN 'incomplete' THEN '列表未能读到监测时间点之前'
        WHEN 'undated_on_top' THEN '最新条目之前有未注明日期的条目'
    END AS reason
FROM judged
ORDER BY target_id, column_id;
