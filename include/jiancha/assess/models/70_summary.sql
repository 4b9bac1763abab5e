-- One row per figure of the notice: (kind of target, measure, key) and its value, beside the value of the
-- quarter before where that was assessed. `inspected` are the targets that could be judged.
CREATE TABLE summary AS
WITH kinds AS (
    SELECT unnest(['site', 'account']) AS target_kind
),

counted AS (
    SELECT
        k.target_kind,
        count(v.target_id) AS registered,
        count(*) FILTER (v.outcome IN ('qualified', 'unqualified')) AS inspected,
        count(*) FILTER (v.outcome = 'qualified') AS qualified,
        count(*) FILTER (v.outcome = 'unqualified') AS unqualified,
        count(*) FILTER (v.outcome = 'undetermined') AS undetermined
    FROM kinds AS k
    LEFT JOIN verdicts AS v ON v.target_kind = k.target_kind
    GROUP BY k.target_kind
),

-- the problems that annex 2 can name, the graver first: one that supersedes another, then as listed
account_problems AS (
    SELECT problem, row_number() OVER (ORDER BY max(supersedes IS NOT NULL) DESC, min(ordinal)) AS ordinal
    FROM indicators
    WHERE target = 'account' AND required
    GROUP BY problem
),

accused AS (
    SELECT v.target_kind, v.target_id, v.row, f.problem, i.name
    FROM verdicts AS v
    JOIN findings AS f ON f.target_id = v.target_id
    JOIN indicators AS i ON i.id = f.indicator
),

figures AS (
    SELECT target_kind, measure, '' AS key, value, 0 AS place, 0 AS ordinal
    FROM (UNPIVOT counted ON registered, inspected, qualified, unqualified, undetermined INTO NAME measure VALUE value)
    UNION ALL
    SELECT 'site', 'level', coalesce(level, ''), count(*), 1, 0
    FROM verdicts WHERE target_kind = 'site' GROUP BY level
    UNION ALL
    SELECT 'account', 'platform', coalesce(platform, ''), count(*) FILTER (outcome <> 'undetermined'), 2, 0
    FROM verdicts WHERE target_kind = 'account' GROUP BY platform
    UNION ALL
    SELECT 'account', 'platform_unqualified', coalesce(platform, ''), count(*) FILTER (outcome = 'unqualified'), 3, 0
    FROM verdicts WHERE target_kind = 'account' GROUP BY platform
    UNION ALL
    SELECT 'account', 'problem', a.problem, count(DISTINCT (c.target_id, c.row)) FILTER (c.target_id IS NOT NULL), 4, a.ordinal
    FROM account_problems AS a
    LEFT JOIN accused AS c ON c.problem = a.problem AND c.target_kind = 'account'
    GROUP BY a.problem, a.ordinal
    UNION ALL
    SELECT 'site', 'problem', name, count(DISTINCT (target_id, row)), 4, 0
    FROM accused WHERE target_kind = 'site' GROUP BY name
)

SELECT f.target_kind, f.measure, f.key, f.value::BIGINT AS value, b.value::BIGINT AS previous
FROM figures AS f
LEFT JOIN previous_summary AS b
    ON b.target_kind = f.target_kind AND b.measure = f.measure AND b.key = f.key
ORDER BY f.target_kind DESC, f.place, f.ordinal, f.measure, f.key;
