-- One row per service guide that was read: lacking so many element classes that it counts, whole, or unknown.
CREATE TABLE guide_states AS
WITH rule AS (
    SELECT max(missing_at_least) AS missing_at_least FROM indicators WHERE id = 'site.services'
)

SELECT
    g.target_id,
    g.title,
    g.url,
    (
        SELECT list(e.name ORDER BY e.ordinal) FROM service_elements AS e WHERE list_contains(g.missing, e.id)
    ) AS missing,
    CASE
        WHEN NOT coalesce(g.judged, FALSE) OR r.missing_at_least IS NULL THEN 'unknown'
        WHEN len(g.missing) >= r.missing_at_least THEN 'lacking'
        ELSE 'whole'
    END AS state,
    g.reason,
    g.evidence
FROM guides AS g
CROSS JOIN rule AS r
ORDER BY g.target_id, g.url;

-- One row per visited site: how many guides lack too much, by how many that number may be larger, and why.
-- What guides said at the checkpoint is known only while it is not long ago.
CREATE TABLE services AS
WITH counted AS (
    SELECT
        target_id,
        count(*) FILTER (state = 'lacking') AS lacking,
        count(*) FILTER (state = 'unknown') AS unknown,
        string_agg(DISTINCT reason, '、' ORDER BY reason) FILTER (state = 'unknown') AS reasons
    FROM guide_states
    GROUP BY target_id
),

known AS (
    SELECT
        v.*,
        coalesce(v.as_of::DATE <= p.checkpoint_day + i.known_for_days, i.known_for_days IS NULL) AS read_soon
    FROM judged_visits AS v
    CROSS JOIN window_parameters AS p
    LEFT JOIN indicators AS i ON i.id = 'site.services'
    WHERE v.target_kind = 'site'
)

SELECT
    v.target_id,
    CASE WHEN v.in_time AND v.read_soon AND s.status = 'measured' THEN coalesce(c.lacking, 0) END AS value,
    coalesce(c.unknown, 0) AS uncertain,
    CASE
        WHEN s.target_id IS NULL THEN '未监测'
        WHEN NOT v.in_time THEN '读取时间早于监测时间点'
        WHEN s.status IS DISTINCT FROM 'measured' THEN coalesce(s.reason, '原因未记录')
        WHEN NOT v.read_soon THEN '读取过晚，办事指南在监测时的内容无法确认'
        ELSE format('{}份办事指南未能判定：{}', c.unknown, c.reasons)
    END AS reason
FROM known AS v
LEFT JOIN site_checks AS s ON s.target_id = v.target_id AND s.indicator = 'site.services'
LEFT JOIN counted AS c ON c.target_id = v.target_id
ORDER BY v.target_id;
