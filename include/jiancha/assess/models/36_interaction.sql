-- One row per message of a consultation column: unanswered for too long as of the checkpoint, answered, answered
-- late (recorded, never counted), unknown, or irrelevant: asked too long ago or too lately to count.
CREATE TABLE message_states AS
WITH rule AS (
    SELECT
        p.checkpoint_day,
        (p.checkpoint_day - to_months(i.within_months))::DATE AS since,
        -- a message of exactly so many months ago is still in time
        (p.checkpoint_day - to_months(i.unanswered_months))::DATE AS until,
        i.unanswered_months,
        i.known_for_days
    FROM indicators AS i
    CROSS JOIN window_parameters AS p
    WHERE i.id = 'site.interaction' AND i.within_months IS NOT NULL AND i.unanswered_months IS NOT NULL
),

known AS (
    SELECT
        m.*,
        r.*,
        coalesce(v.as_of::DATE <= r.checkpoint_day + r.known_for_days, r.known_for_days IS NULL) AS read_soon
    FROM messages AS m
    CROSS JOIN rule AS r
    LEFT JOIN judged_visits AS v ON v.target_id = m.target_id
)

SELECT
    target_id,
    title,
    url,
    asked_on,
    answered_on,
    (checkpoint_day - asked_on)::BIGINT AS days,
    CASE
        WHEN asked_on < since OR asked_on >= until THEN 'irrelevant'
        WHEN answered_on <= checkpoint_day AND answered_on > (asked_on + to_months(unanswered_months))::DATE THEN 'late'
        WHEN answered_on <= checkpoint_day THEN 'answered'
        -- an answer without a day may have come after the checkpoint
        WHEN answered_on IS NULL AND status = 'answered' AND read_soon THEN 'answered'
        WHEN asked_on IS NULL THEN 'unknown'
        WHEN answered_on > checkpoint_day OR status = 'open' THEN 'unanswered'
        ELSE 'unknown'
    END AS state,
    evidence
FROM known
ORDER BY target_id, asked_on, url, title;

-- One row per visited site: how many messages were left unanswered, by how many that number may be larger, and why.
CREATE TABLE interaction AS
WITH counted AS (
    SELECT
        target_id,
        count(*) FILTER (state = 'unanswered') AS unanswered,
        count(*) FILTER (state = 'unknown') AS unknown
    FROM message_states
    GROUP BY target_id
)

SELECT
    v.target_id,
    CASE
        WHEN NOT v.in_time THEN NULL
        WHEN s.status = 'measured' OR c.unanswered > 0 THEN coalesce(c.unanswered, 0)
    END AS value,
    coalesce(c.unknown, 0) AS uncertain,
    CASE
        WHEN s.target_id IS NULL THEN '未监测'
        WHEN NOT v.in_time THEN '读取时间早于监测时间点'
        WHEN s.status IS DISTINCT FROM 'measured' THEN coalesce(s.reason, '原因未记录')
        ELSE format('{}条留言的答复情况未能判定', c.unknown)
    END AS reason
FROM judged_visits AS v
LEFT JOIN site_checks AS s ON s.target_id = v.target_id AND s.indicator = 'site.interaction'
LEFT JOIN counted AS c ON c.target_id = v.target_id
WHERE v.target_kind = 'site'
ORDER BY v.target_id;
