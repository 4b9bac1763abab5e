-- Findings of two windows held against each other. What was not measured again is neither new nor mended.
WITH
before AS (SELECT * FROM findings WHERE "window" = $earlier),

after AS (SELECT * FROM findings WHERE "window" = $later),

paired AS (
    SELECT
        coalesce(a.target_id, b.target_id) AS target_id,
        coalesce(a.indicator, b.indicator) AS indicator,
        b.measured AS earlier_value,
        a.measured AS later_value,
        coalesce(a.unit, b.unit) AS unit,
        a.target_id IS NOT NULL AS found_later,
        b.target_id IS NOT NULL AS found_earlier,
        a.detail IS DISTINCT FROM b.detail AS changed
    FROM after AS a
    FULL JOIN before AS b ON b.target_id = a.target_id AND b.indicator = a.indicator
)

SELECT
    p.*,
    coalesce(l.name, e.name) AS name,
    coalesce(l.code, e.code) AS code,
    coalesce(l.owner, e.owner) AS owner,
    coalesce(l.platform, e.platform) AS platform,
    coalesce(l.target_kind, e.target_kind) AS target_kind,
    m.value AS measured_again,
    CASE
        WHEN l.target_id IS NULL THEN '已不在名录中'
        WHEN NOT coalesce(m.measured, FALSE) THEN m.reason
    END AS reason,
    CASE
        WHEN p.found_earlier AND p.found_later THEN 'repeated'
        WHEN p.found_later THEN 'new'
        WHEN m.measured AND NOT m.failed THEN 'mended'
        ELSE 'unknown'
    END AS change
FROM paired AS p
LEFT JOIN verdicts AS l ON l.target_id = p.target_id AND l."window" = $later
LEFT JOIN verdicts AS e ON e.target_id = p.target_id AND e."window" = $earlier
LEFT JOIN measurements AS m
    ON m.target_id = p.target_id AND m.indicator = p.indicator AND m."window" = $later
ORDER BY target_kind DESC, owner, name, p.indicator
LIMIT 2000;
