-- Marks and links are shown to people; no verdict depends on them.

-- One row per site and mark: on how many pages that must carry it it was looked for, and how many lack it.
CREATE TABLE site_marks AS
SELECT
    f.target_id,
    f.mark,
    coalesce(any_value(m.name), f.mark) AS name,
    sum(f.pages)::BIGINT AS pages,
    coalesce(sum(f.pages) FILTER (f.outcome = 'missing'), 0)::BIGINT AS missing,
    coalesce(sum(f.pages) FILTER (f.outcome = 'empty'), 0)::BIGINT AS empty,
    coalesce(sum(f.pages) FILTER (f.outcome = 'wrong'), 0)::BIGINT AS wrong,
    first(f.page_url ORDER BY f.outcome DESC, f.page_url) FILTER (f.page_url IS NOT NULL) AS example,
    first(f.value ORDER BY f.outcome DESC, f.page_url) FILTER (f.page_url IS NOT NULL) AS example_value
FROM page_marks AS f
LEFT JOIN marks AS m ON m.id = f.mark
GROUP BY f.target_id, f.mark
ORDER BY f.target_id, min(m.ordinal) NULLS LAST, f.mark;

-- One row per site for its home page, and one for its columns: links, and those that are surely dead.
CREATE TABLE site_links AS
SELECT
    target_id,
    "where",
    count(*) AS links,
    count(*) FILTER (outcome IN ('ok', 'dead')) AS tried,
    count(*) FILTER (outcome = 'dead') AS dead,
    count(*) FILTER (off_domain) AS off_domain,
    100.0 * count(*) FILTER (outcome = 'dead') / nullif(count(*) FILTER (outcome IN ('ok', 'dead')), 0) AS dead_share
FROM links
GROUP BY target_id, "where"
ORDER BY target_id, "where" DESC;

-- One row per registered site and fault of its tags or links, in words, for the workbook. Suspicions are not
-- among them: what no person has confirmed is shown to nobody but the inspectors.
CREATE TABLE page_faults AS
WITH faults AS (
    SELECT
        f.target_id,
        1 AS part,
        m.ordinal,
        f.name AS subject,
        format('检查{}页', f.pages)
            || CASE WHEN f.missing > 0 THEN format('，缺失{}页', f.missing) ELSE '' END
            || CASE WHEN f.empty > 0 THEN format('，为空{}页', f.empty) ELSE '' END
            || CASE WHEN f.wrong > 0 THEN format('，有误{}页', f.wrong) ELSE '' END AS told,
        f.example,
        f.example_value AS value
    FROM site_marks AS f
    LEFT JOIN marks AS m ON m.id = f.mark
    WHERE f.missing + f.empty + f.wrong > 0
    UNION ALL
    SELECT
        target_id,
        2,
        CASE "where" WHEN 'home' THEN 0 ELSE 1 END,
        CASE "where" WHEN 'home' THEN '首页链接' ELSE '栏目页链接' END,
        format('检查{}个，失效{}个', count(*) FILTER (outcome IN ('ok', 'dead')), count(*) FILTER (outcome = 'dead')),
        min(url) FILTER (outcome = 'dead'),
        arg_min(reason, url) FILTER (outcome = 'dead')
    FROM links
    GROUP BY target_id, "where"
    HAVING count(*) FILTER (outcome = 'dead') > 0
)

SELECT s.target_id, s.row, s.site_code, s.name, f.subject, f.told, f.example, f.value
FROM sites AS s
JOIN faults AS f ON f.target_id = s.target_id
ORDER BY s.row, s.target_id, f.part, f.ordinal NULLS LAST, f.subject;
