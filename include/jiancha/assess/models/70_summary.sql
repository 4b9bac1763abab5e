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

account_problems AS (
    SELECT problem, max(ordinal) AS ordinal FROM indicators WHERE id IN ('account.stale', 'account.long_stale') GROUP BY problem
),

figures AS (
    SELECT target_kind, measure, '' AS key, value, 0 AS place
    FROM (UNPIVOT counted ON registered, inspected, qualified, unqualified, undetermined INTO NAME measure VALUE value)
    UNION ALL
    SELECT 'site', 'level', level, count(*), 1 FROM verdicts WHERE target_kind = 'site' GROUP BY level
    UNION ALL
    SELECT 'account', 'platform', platform, count(*) FILTER (outcome <> 'undetermined'), 2
    FROM verdicts WHERE target_kind = 'account' GROUP BY platform
    UNION ALL
    SELECT 'account', 'platform_unqualified', platform, count(*) FILTER (outcome = 'unqualified'), 3
    FROM verdicts WHERE target_kind = 'account' GROUP BY platform
    UNION ALL
    SELECT 'account', 'problem', a.problem, count(v.target_id), 4
    FROM account_problems AS a
    LEFT JOIN verdicts AS v ON v.problem = a.problem AND v.target_kind = 'account'
    GROUP BY a.problem
    UNION ALL
    SELECT 'site', 'problem', i.name, count(DISTINCT f.target_id), 4
    FROM findings AS f JOIN indicators AS i ON i.id = f.indicator
    WHERE f.target_kind = 'site' GROUP BY i.name
)

SELECT f.target_kind, f.measure, f.key, f.value::BIGINT AS value, b.value::BIGINT AS previous
FROM figures AS f
LEFT JOIN previous_summary AS b
    ON b.target_kind = f.target_kind AND b.measure = f.measure AND b.key = f.key
ORDER BY f.target_kind DESC, f.place, f.measure, f.key;
