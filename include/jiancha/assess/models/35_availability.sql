-- One row per registered site: the share of failed probes of one week, or why it is not known.
-- The week is made of the latest days up to the checkpoint that have enough probes each; days before them
-- are a reserve for days on which we did not probe enough. Counted are probes that came out ok or failed in
-- rounds that are whole and that our own line did not spoil.
CREATE TABLE availability AS
WITH rule AS (
    SELECT * FROM probe_rules WHERE indicator = 'site.unreachable'
),

-- one probe of a site in a round: of two tries the later
tried AS (
    SELECT p.*, r.own_line, p.probed_at::DATE AS day
    FROM probes AS p
    JOIN probe_rounds AS r ON r.round = p.round
    CROSS JOIN window_parameters AS w
    CROSS JOIN rule
    WHERE p.probed_at <= w.checkpoint AND p.probed_at::DATE >= least(w.start, w.checkpoint_day - rule.days)
    QUALIFY row_number() OVER (PARTITION BY p.target_id, p.round ORDER BY p.probed_at DESC) = 1
),

per_day AS (
    SELECT target_id, day, count(*) AS probes, count(*) FILTER (outcome = 'failed') AS failed
    FROM tried
    WHERE NOT own_line AND outcome IN ('ok', 'failed')
    GROUP BY target_id, day
),

week_days AS (
    SELECT d.*
    FROM per_day AS d
    CROSS JOIN rule
    WHERE d.probes >= rule.probes_per_day
    QUALIFY row_number() OVER (PARTITION BY d.target_id ORDER BY d.day DESC) <= rule.days
),

weeks AS (
    SELECT
        target_id,
        count(*) AS days,
        sum(probes) AS probes,
        sum(failed) AS failed,
        min(day) AS first_day,
        max(day) AS last_day
    FROM week_days
    GROUP BY target_id
),

notes AS (
    SELECT
        target_id,
        count(*) FILTER (NOT own_line AND outcome = 'excused') AS excused,
        first(reason ORDER BY probed_at DESC) FILTER (NOT own_line AND outcome = 'excused') AS excused_for
    FROM tried
    GROUP BY target_id
),

examples AS (
    SELECT
        t.target_id,
        list({
            'time': strftime(t.probed_at, '%Y-%m-%d %H:%M'), 'seconds': round(t.seconds, 1),
            'status': t.status, 'reason': t.reason, 'evidence': t.evidence
        } ORDER BY t.probed_at)[:20] AS examples
    FROM tried AS t
    JOIN week_days AS d ON d.target_id = t.target_id AND d.day = t.day
    WHERE NOT t.own_line AND t.outcome = 'failed'
    GROUP BY t.target_id
),

spoilt AS (
    -- of the rounds in which these sites were probed: there are others, made after the checkpoint
    SELECT count(DISTINCT round) FILTER (own_line) AS own_line FROM tried
)

SELECT
    s.target_id,
    coalesce(w.days, 0)::INTEGER AS days,
    coalesce(w.probes, 0)::INTEGER AS probes,
    coalesce(w.failed, 0)::INTEGER AS failed,
    -- whole numbers divided once: 5 of 100 is exactly 5.0, so limits that are met are met
    100.0::DOUBLE * w.failed / w.probes AS percent,
    coalesce(w.days >= rule.days, FALSE) AS enough,
    w.first_day,
    w.last_day,
    coalesce(n.excused, 0)::INTEGER AS excused,
    spoilt.own_line::INTEGER AS own_line,
    to_json(coalesce(e.examples, []))::VARCHAR AS examples,
    CASE
        WHEN coalesce(w.days >= rule.days, FALSE) THEN NULL
        WHEN n.target_id IS NULL THEN '未监测'
        ELSE
            format(
                '探测不足：仅有{}天达到每天{}次，应有{}天', coalesce(w.days, 0), rule.probes_per_day, rule.days
            )
            || CASE WHEN n.excused > 0 THEN format('；{}次不计（{}）', n.excused, n.excused_for) ELSE '' END
            || CASE WHEN spoilt.own_line > 0 THEN format(';{}轮因自身线路故障不计', spoilt.own_line) ELSE '' END
    END AS reason
FROM (SELECT DISTINCT target_id FROM sites) AS s
CROSS JOIN rule
CROSS JOIN spoilt
LEFT JOIN weeks AS w ON w.target_id = s.target_id
LEFT JOIN notes AS n ON n.target_id = s.target_id
LEFT JOIN examples AS e ON e.target_id = s.target_id
ORDER BY s.target_id;
