-- One row per registered target and indicator of its kind: the value, or why there is none.
-- `uncertain` is by how much a count might be larger: columns that could not be judged speak neither for
-- the site nor against it.
CREATE TABLE measurements AS
WITH targets AS (
    SELECT target_id, 'site' AS target_kind FROM sites
    UNION
    SELECT target_id, 'account' AS target_kind FROM accounts
),

-- what the models before this one can tell; every other indicator is 未监测
modelled AS (
    SELECT unnest([
        'site.home_stale', 'site.columns_a', 'site.columns_b', 'site.columns_c', 'site.unreachable', 'site.interaction',
        'site.services',
        'account.stale', 'account.long_stale'
    ]) AS indicator
),

-- a page that could not be had may lead to columns that nobody saw, as many as it likes, unless it is a list by
-- its name or is gone
hiding AS (
    SELECT f.target_id, f.column_id, 1000 AS most
    FROM column_freshness AS f
    JOIN columns AS c ON c.target_id = f.target_id AND c.column_id = f.column_id
    WHERE f.outcome = 'unknown' AND NOT f.group_a AND c.status = 'failed' AND c.failure <> 'not_found'
),

-- one row per column and rule in which it counts, with the outcomes that make it count and leave it open
column_rules AS (
    SELECT target_id, 'site.columns_a' AS indicator, outcome = 'stale' AS counts, outcome = 'unknown' AS open, reason, column_id
    FROM column_freshness
    WHERE group_a AND outcome <> 'exempt'
    UNION ALL
    SELECT target_id, 'site.columns_b', outcome = 'stale', outcome = 'unknown', reason, column_id
    FROM column_freshness
    WHERE group_b AND outcome <> 'exempt'
    UNION ALL
    SELECT target_id, 'site.columns_c', outcome = 'blank', outcome IN ('unknown', 'empty'), reason, column_id
    FROM column_freshness
    WHERE outcome <> 'exempt'
),

column_counts AS (
    SELECT
        r.target_id,
        r.indicator,
        count(*) FILTER (r.counts) AS value,
        coalesce(sum(coalesce(h.most, 1)) FILTER (r.open), 0) AS uncertain,
        format(
            '{}个栏目未能判定：{}',
            count(*) FILTER (r.open),
            string_agg(DISTINCT r.reason, '、' ORDER BY r.reason) FILTER (r.open)
        ) AS reason
    FROM column_rules AS r
    LEFT JOIN hiding AS h ON h.target_id = r.target_id AND h.column_id = r.column_id
    GROUP BY r.target_id, r.indicator
),

-- a site with columns of which none belongs to a rule has a count of none there
no_such_columns AS (
    SELECT f.target_id, m.indicator
    FROM (SELECT DISTINCT target_id FROM column_freshness WHERE outcome <> 'exempt') AS f
    JOIN modelled AS m ON m.indicator IN ('site.columns_a', 'site.columns_b', 'site.columns_c')
    ANTI JOIN column_counts AS c ON c.target_id = f.target_id AND c.indicator = m.indicator
),

ages AS (
    SELECT target_id, 'site' AS target_kind, age, doubt, unread FROM home_freshness
    UNION ALL
    SELECT target_id, 'account', age, doubt, unread FROM account_freshness
),

found_values AS (
    SELECT target_id, indicator, value, uncertain, reason FROM column_counts
    UNION ALL
    SELECT target_id, indicator, 0, 0, NULL FROM no_such_columns
    UNION ALL
    SELECT target_id, 'site.unreachable', CASE WHEN enough THEN percent END, 0, reason FROM availability
    UNION ALL
    SELECT target_id, 'site.interaction', value, uncertain, reason FROM interaction
    UNION ALL
    SELECT target_id, 'site.services', value, uncertain, reason FROM services
    UNION ALL
    SELECT
        a.target_id,
        i.id,
        -- what was seen recently makes a target fresh, whatever may have been missed beside it
        CASE WHEN a.unread IS NULL AND (a.doubt IS NULL OR NOT fails(a.age, i.compare, i.threshold)) THEN a.age END,
        0,
        coalesce(a.unread, a.doubt)
    FROM ages AS a
    JOIN indicators AS i
        ON i.target = a.target_kind AND i.id IN ('site.home_stale', 'account.stale', 'account.long_stale')
),

joined AS (
    SELECT
        t.target_id,
        t.target_kind,
        i.*,
        -- probes tell without a visit: a site that never opens has none that read it
        CASE WHEN v.read OR i.id = 'site.unreachable' THEN f.value END AS value,
        f.uncertain,
        CASE
            WHEN m.indicator IS NULL THEN '未监测'
            WHEN i.id = 'site.unreachable' THEN coalesce(f.reason, '未监测')
            WHEN v.target_id IS NULL THEN '没有采集结果'
            WHEN NOT v.read AND t.target_kind = 'site' THEN '首页无法访问：' || coalesce(v.reason, '原因未记录')
            WHEN NOT v.read THEN coalesce(v.reason, '账号未能读取')
            WHEN f.target_id IS NULL THEN '没有找到可检查的栏目'
            ELSE f.reason
        END AS why_not
    FROM targets AS t
    JOIN indicators AS i ON i.target = t.target_kind
    LEFT JOIN modelled AS m ON m.indicator = i.id
    LEFT JOIN judged_visits AS v ON v.target_id = t.target_id
    LEFT JOIN found_values AS f ON f.target_id = t.target_id AND f.indicator = i.id
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
