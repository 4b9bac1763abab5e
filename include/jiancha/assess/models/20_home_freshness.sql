-- One row per visited site: the newest update of the home page as of the checkpoint, and how it is known.
-- own: by the dates the page shows. featured: the page was read later and has changed since, so the columns
-- whose items it shows speak for it. all_columns: a navigation-only home page.
CREATE TABLE home_freshness AS
WITH column_dates AS (
    SELECT target_id, url, max(published_on) AS published_on, bool_or(counted) AS counted
    FROM judged_items
    WHERE column_id <> 'home' AND published_on IS NOT NULL
    GROUP BY target_id, url
),

home AS (
    SELECT
        h.target_id,
        coalesce(h.published_on, c.published_on) AS published_on,
        CASE WHEN h.published_on IS NULL THEN coalesce(c.counted, FALSE) ELSE h.counted END AS counted
    FROM judged_items AS h
    LEFT JOIN column_dates AS c ON c.target_id = h.target_id AND c.url = h.url
    WHERE h.column_id = 'home'
),

own AS (
    SELECT
        target_id,
        max(published_on) FILTER (counted) AS newest,
        count(published_on) AS dated,
        count(published_on) FILTER (NOT counted) AS later
    FROM home
    GROUP BY target_id
),

featured_columns AS (
    SELECT DISTINCT i.target_id, i.column_id
    FROM items AS i
    JOIN items AS h ON h.target_id = i.target_id AND h.url = i.url AND h.column_id = 'home'
    WHERE i.column_id <> 'home'
),

by_columns AS (
    SELECT
        f.target_id,
        max(f.newest) AS all_newest,
        count(*) FILTER (f.outcome = 'unknown') AS all_unknown,
        max(f.newest) FILTER (s.column_id IS NOT NULL) AS featured_newest,
        count(*) FILTER (s.column_id IS NOT NULL AND f.outcome = 'unknown') AS featured_unknown
    FROM column_freshness AS f
    LEFT JOIN featured_columns AS s ON s.target_id = f.target_id AND s.column_id = f.column_id
    GROUP BY f.target_id
),

judged AS (
    SELECT
        v.target_id,
        v.status,
        v.home_status,
        v.reason AS visit_reason,
        CASE
            WHEN coalesce(o.dated, 0) = 0 THEN 'all_columns'
            WHEN o.later > 0 THEN 'featured'
            ELSE 'own'
        END AS method,
        o.newest AS own_newest,
        c.*
    FROM visits AS v
    LEFT JOIN own AS o ON o.target_id = v.target_id
    LEFT JOIN by_columns AS c ON c.target_id = v.target_id
    WHERE v.target_kind = 'site'
)

SELECT
    j.target_id,
    j.method,
    CASE j.method
        WHEN 'own' THEN j.own_newest
        WHEN 'featured' THEN greatest(j.own_newest, j.featured_newest)
        ELSE j.all_newest
    END AS newest,
    coalesce(CASE j.method WHEN 'featured' THEN j.featured_unknown WHEN 'all_columns' THEN j.all_unknown END, 0)
        ::INTEGER AS unknown_columns,
    CASE
        WHEN j.status = 'failed' THEN coalesce(j.visit_reason, '网站未能读取')
        WHEN j.home_status <> 'ok' THEN '首页未能读取'
    END AS unread
FROM judged AS j
ORDER BY j.target_id;
