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
