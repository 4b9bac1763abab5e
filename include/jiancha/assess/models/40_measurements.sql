-- One row per registered target and indicator of its kind: the value, or why there is none.
-- `uncertain` is by how much the value might be larger: unread columns count for nobody and against nobody.
CREATE TABLE measurements AS
WITH targets AS (
    SELECT target_id, 'site' AS target_kind FROM sites
    UNION ALL
    SELECT target_id, 'account' AS target_kind FROM accounts
),

column_counts AS (
    SELECT
        target_id,
        count(*) FILTER (group_a AND outcome = 'stale') AS stale_a,
        count(*) FILTER (group_a AND outcome = 'unknown') AS unknown_a,
        count(*) FILTER (group_b AND outcome = 'stale') AS stale_b,
        count(*) FILTER (group_b AND outcome = 'unknown') AS unknown_b,
        count(*) FILTER (outcome = 'blank') AS blank,
        count(*) FILTER (outcome IN ('unknown', 'empty')) AS unknown_c,
        string_agg(DISTINCT reason, '、' ORDER BY reason) FILTER (outcome = 'unknown') AS reasons,
        string_agg(DISTINCT reason, '、' ORDER BY reason) FILTER (outcome IN ('unknown', 'empty')) AS reasons_c
    FROM column_freshness
    GROUP BY target_id
),

stale_home AS (
    SELECT h.*, p.checkpoint_day - h.newest AS age
    FROM home_freshness AS h, window_parameters AS p
),

found_values AS (
    SELECT
        target_id,
        'site.home_stale' AS indicator,
        CASE WHEN unread IS NULL THEN age END AS value,
        CASE WHEN unread IS NULL AND unknown_columns > 0 THEN -age ELSE 0 END AS uncertain,
        coalesce(unread, CASE WHEN age IS NULL THEN '首页没有可读的发布日期' ELSE '首页更新所依据的栏目未能全部读取' END) AS reason
    FROM stale_home
    UNION ALL
    SELECT target_id, 'site.columns_a', stale_a, unknown_a, format('{}个栏目未能判定:{}', unknown_a, reasons) FROM column_counts
    UNION ALL
    SELECT target_id, 'site.columns_b', stale_b, unknown_b, format('{}个栏目未能判定:{}', unknown_b, reasons) FROM column_counts
    UNION ALL
    SELECT target_id, 'site.columns_c', blank, unknown_c, format('{}个栏目未能判定:{}', unknown_c, reasons_c) FROM column_counts
    UNION ALL
    SELECT
        a.target_id,
        i.id,
        -- a recent post makes an account fresh whatever else is doubtful
        CASE WHEN a.doubt IS NULL OR NOT fails(a.age, i.compare, i.threshold) THEN a.age END,
        0,
        a.doubt
    FROM account_freshness AS a
    JOIN indicators AS i ON i.id IN ('account.stale', 'account.long_stale')
),

joined AS (
    SELECT
        t.target_id,
        t.target_kind,
        i.*,
        f.value,
        f.uncertain,
        CASE
            WHEN f.indicator IS NOT NULL THEN f.reason
            WHEN i.id IN (SELECT DISTINCT indicator FROM found_values) OR i.required
                THEN coalesce(v.reason, CASE WHEN v.target_id IS NULL THEN '没有采集结果' ELSE '没有找到可检查的栏目' END)
            ELSE '未监测'
        END AS why_not,
        v.target_id IS NOT NULL AS visited
    FROM targets AS t
    JOIN indicators AS i ON i.target = t.target_kind
    LEFT JOIN found_values AS f ON f.target_id = t.target_id AND f.indicator = i.id
    LEFT JOIN visits AS v ON v.target_id = t.target_id
),

decided AS (
    SELECT
        *,
        value IS NOT NULL
        AND fails(value, compare, threshold) = fails(value + uncertain, compare, threshold) AS measured
    FROM joined
)

SELECT
    target_id,
    target_kind,
    id AS indicator,
    required,
    measured,
    CASE WHEN measured THEN value::DOUBLE END AS value,
    measured AND fails(value, compare, threshold) AS failed,
    coalesce(measured AND NOT fails(value, compare, threshold) AND value >= warn_at, FALSE) AS warn,
    CASE WHEN NOT measured THEN why_not END AS reason
FROM decided
ORDER BY target_kind, target_id, ordinal;
