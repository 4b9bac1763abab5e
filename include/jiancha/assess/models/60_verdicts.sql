-- One row per registered target: qualified, unqualified or undetermined.
CREATE TABLE verdicts AS
WITH targets AS (
    SELECT target_id, 'site' AS target_kind, row, site_code AS code, name, NULL AS platform, owner, level, url FROM sites
    UNION ALL
    SELECT target_id, 'account', row, account_code, name, platform, owner, NULL, NULL FROM accounts
),

problems AS (
    SELECT
        f.target_id,
        string_agg(rtrim(f.problem, '。'), '；' ORDER BY i.ordinal)
            || CASE WHEN bool_or(f.problem LIKE '%。') THEN '。' ELSE '' END AS problem
    FROM findings AS f
    JOIN indicators AS i ON i.id = f.indicator
    GROUP BY f.target_id
),

gaps AS (
    SELECT target_id, string_agg(DISTINCT reason, '；' ORDER BY reason) AS reason
    FROM measurements
    WHERE required AND NOT measured
    GROUP BY target_id
)

SELECT
    t.target_id,
    t.target_kind,
    t.row,
    t.code,
    t.name,
    t.platform,
    t.owner,
    t.level,
    t.url,
    CASE
        WHEN p.target_id IS NOT NULL THEN 'unqualified'
        WHEN g.target_id IS NOT NULL THEN 'undetermined'
        ELSE 'qualified'
    END AS outcome,
    p.problem,
    CASE WHEN p.target_id IS NULL THEN g.reason END AS reason
FROM targets AS t
LEFT JOIN problems AS p ON p.target_id = t.target_id
LEFT JOIN gaps AS g ON g.target_id = t.target_id
ORDER BY t.target_kind DESC, t.row, t.target_id;
