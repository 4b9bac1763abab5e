-- One row per visited site: the newest update of the home page as of the checkpoint, and how it is known.
-- own: by the dates the page shows. featured: the page was read later and has changed since, so the columns
-- whose items it shows speak for it. all_columns: a navigation-only home page.
-- unread: why nothing is known. doubt: why a newer update may have been missed; it matters only where
-- `newest` is too old, an update that was seen is enough.
CREATE TABLE home_freshness AS
WITH column_items AS (
    SELECT DISTINCT target_id, column_id, url, published_on, counted
    FROM judged_items
    WHERE column_id <> 'home'
),

column_dates AS (
    SELECT DISTINCT target_id, url, published_on, counted
    FROM column_items
    WHERE published_on IS NOT NULL
),

column_addresses AS (
    SELECT DISTINCT target_id, url FROM column_items
),

-- a home item without a date has the date that the same address has in a column
home AS (
    SELECT
        h.target_id,
        h.url,
        h.title,
        coalesce(h.published_on, d.published_on) AS published_on,
        CASE WHEN h.published_on IS NULL THEN d.counted ELSE h.counted END AS counted,
        a.url IS NOT NULL AS in_column,
        c.url IS NOT NULL AS is_column
    FROM judged_items AS h
    LEFT JOIN column_dates AS d ON d.target_id = h.target_id AND d.url = h.url AND h.published_on IS NULL
    LEFT JOIN column_addresses AS a ON a.target_id = h.target_id AND a.url = h.url
    LEFT JOIN (SELECT DISTINCT target_id, url FROM columns) AS c ON c.target_id = h.target_id AND c.url = h.url
    WHERE h.column_id = 'home'
),

own AS (
    SELECT
        target_id,
        max(published_on) FILTER (counted) AS newest,
        count(published_on) AS dated,
        count(*) FILTER (NOT counted) AS later,
        count(*) FILTER (NOT counted AND NOT in_column) AS later_elsewhere,
        -- a link of a few characters (中国政府网, 站内搜索) is no headline
        count(*) FILTER (published_on IS NULL AND NOT is_column AND length(title) >= 8) AS undated
    FROM home
    GROUP BY target_id
),

featured_columns AS (
    SELECT DISTINCT i.target_id, i.column_id
    FROM column_items AS i
    JOIN home AS h ON h.target_id = i.target_id AND h.url = i.url
),

by_columns AS (
    SELECT
        f.target_id,
        max(f.newest) AS all_newest,
        count(*) FILTER (NOT f.settled AND f.outcome <> 'exempt') AS all_unsettled,
        count(*) FILTER (NOT f.settled AND f.outcome <> 'exempt' AND f.group_a) AS main_unsettled,
        max(f.newest) FILTER (s.column_id IS NOT NULL) AS featured_newest,
        count(*) FILTER (NOT f.settled AND s.column_id IS NOT NULL) AS featured_unsettled
    FROM column_freshness AS f
    LEFT JOIN featured_columns AS s ON s.target_id = f.target_id AND s.column_id = f.column_id
    GROUP BY f.target_id
),

judged AS (
    SELECT
        v.target_id,
        v.read,
        v.in_time,
        v.home_status,
        CASE
            WHEN coalesce(o.dated, 0) = 0 THEN 'all_columns'
            WHEN o.later > 0 THEN 'featured'
            ELSE 'own'
        END AS method,
        o.newest AS own_newest,
        coalesce(o.later_elsewhere, 0) AS later_elsewhere,
        coalesce(o.undated, 0) AS undated,
        c.all_newest,
        c.featured_newest,
        coalesce(c.all_unsettled, 0) AS all_unsettled,
        coalesce(c.main_unsettled, 0) AS main_unsettled,
        coalesce(c.featured_unsettled, 0) AS featured_unsettled
    FROM judged_visits AS v
    LEFT JOIN own AS o ON o.target_id = v.target_id
    LEFT JOIN by_columns AS c ON c.target_id = v.target_id
    WHERE v.target_kind = 'site'
),

weighed AS (
    SELECT
        *,
        CASE method
            WHEN 'own' THEN own_newest
            WHEN 'featured' THEN greatest(own_newest, featured_newest)
            ELSE all_newest
        END AS newest,
        CASE method
            -- news, notices and policies are what home pages show: an undated headline may stand for one
            -- of a column that could not be read
            WHEN 'own' THEN CASE WHEN undated > 0 THEN main_unsettled ELSE 0 END
            WHEN 'featured' THEN featured_unsettled
            ELSE all_unsettled
        END AS unsettled
    FROM judged
)

SELECT
    w.target_id,
    w.method,
    w.newest,
    p.checkpoint_day - w.newest AS age,
    CASE
        WHEN NOT w.in_time THEN '读取时间早于监测时间点'
        WHEN w.method = 'featured' AND w.later_elsewhere > 0 THEN '首页在监测时间点后已更新，其条目不全在已读栏目中'
        WHEN w.unsettled > 0 THEN format('首页更新所依据的栏目有{}个未能判定', w.unsettled)
    END AS doubt,
    CASE
        WHEN NOT w.read OR w.home_status IS DISTINCT FROM 'ok' THEN '首页未能读取'
        WHEN w.newest IS NULL THEN '首页没有可读的发布日期'
    END AS unread
FROM weighed AS w
CROSS JOIN window_parameters AS p
ORDER BY w.target_id;
