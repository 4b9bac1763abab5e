-- The targets of a window with their findings, one row a finding, as a filter wants them.
SELECT
    v.target_id,
    v.target_kind,
    v.code,
    v.name,
    v.platform,
    v.owner,
    v.level,
    left(v.code, 6) AS region,
    v.outcome,
    v.reason,
    f.indicator,
    f.problem,
    f.measured,
    f.threshold,
    f.unit,
    count(*) OVER () AS total
FROM verdicts AS v
LEFT JOIN findings AS f ON f.target_id = v.target_id
WHERE
    ($kind = '' OR v.target_kind = $kind)
    AND ($outcome = '' OR v.outcome = $outcome)
    AND ($indicator = '' OR f.indicator = $indicator)
    AND ($district = '' OR starts_with(v.code, $district))
    AND ($level = '' OR v.level = $level)
    AND ($platform = '' OR v.platform = $platform)
    AND ($owner = '' OR contains(lower(v.owner), lower($owner)))
    AND ($q = '' OR contains(lower(concat_ws(' ', v.name, v.code, v.owner, v.url, f.problem, v.reason)), lower($q)))
ORDER BY
    CASE $sort WHEN 'name' THEN v.name WHEN 'owner' THEN v.owner END NULLS LAST,
    CASE WHEN $sort = 'measured' THEN f.measured / nullif(f.threshold, 0) END DESC NULLS LAST,
    CASE v.outcome WHEN 'unqualified' THEN 0 WHEN 'undetermined' THEN 1 ELSE 2 END,
    v.target_kind DESC,
    v.row,
    v.target_id,
    f.indicator
LIMIT $limit OFFSET $offset;
