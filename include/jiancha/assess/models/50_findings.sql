-- One row per target and indicator that failed, with all that explains it. A finding that another one
-- supersedes (a short silence inside a long one) is left out.
CREATE TABLE findings AS
WITH failed AS (
    SELECT m.target_id, m.target_kind, m.value, i.*
    FROM measurements AS m
    JOIN indicators AS i ON i.id = m.indicator
    WHERE m.failed
),

column_lists AS (
    SELECT
        f.target_id,
        f.id,
        list({
            'name': c.name, 'url': c.url, 'kind': c.kind_name, 'newest': c.newest, 'title': c.newest_title,
            'cutoff': c.cutoff, 'record': p.evidence
        } ORDER BY c.column_id)[:50] AS columns
    FROM failed AS f
    JOIN column_freshness AS c ON c.target_id = f.target_id
    LEFT JOIN columns AS p ON p.target_id = c.target_id AND p.column_id = c.column_id
    WHERE
        (f.id = 'site.columns_a' AND c.group_a AND c.outcome = 'stale')
        OR (f.id = 'site.columns_b' AND c.group_b AND c.outcome = 'stale')
        OR (f.id = 'site.columns_c' AND c.outcome = 'blank')
    GROUP BY f.target_id, f.id
),

message_lists AS (
    SELECT
        target_id,
        list({'title': title, 'url': url, 'asked_on': asked_on, 'days': days, 'record': evidence} ORDER BY asked_on, url)
            FILTER (state = 'unanswered')[:50] AS messages,
        list({'title': title, 'url': url, 'asked_on': asked_on, 'answered_on': answered_on, 'record': evidence} ORDER BY asked_on, url)
            FILTER (state = 'late')[:50] AS late
    FROM message_states
    GROUP BY target_id
),

-- the page on which the home page's items stand
home_pages AS (
    SELECT target_id, first(evidence ORDER BY position) AS evidence FROM items WHERE column_id = 'home' GROUP BY target_id
),

guide_lists AS (
    SELECT target_id, list({'title': title, 'url': url, 'missing': missing, 'record': evidence} ORDER BY url)[:50] AS guides
    FROM guide_states
    WHERE state = 'lacking'
    GROUP BY target_id
)

SELECT
    f.target_id,
    f.target_kind,
    f.id AS indicator,
    f.problem,
    f.value AS measured,
    f.threshold,
    f.compare,
    f.unit,
    p.standard_id,
    p.standard_version,
    CASE f.id WHEN 'site.unreachable' THEN 'probes/window=' || p.key ELSE v.evidence END AS evidence,
    CASE f.target_kind
        WHEN 'account' THEN to_json({
            'checkpoint': p.checkpoint_day, 'newest': a.newest, 'title': a.newest_title, 'url': a.newest_url, 'record': a.evidence
        })
        ELSE CASE f.id
            WHEN 'site.home_stale' THEN to_json({
                'checkpoint': p.checkpoint_day, 'newest': h.newest, 'method': h.method, 'record': s.evidence
            })
            WHEN 'site.unreachable' THEN to_json({
                'probes': q.probes, 'failed': q.failed, 'first_day': q.first_day, 'last_day': q.last_day,
                -- perhaps a firewall drops what comes from us: to be looked at through another line
                'never_opened': q.failed = q.probes,
                'excused': q.excused, 'own_line': q.own_line, 'examples': q.examples::JSON
            })
            WHEN 'site.interaction' THEN to_json({'checkpoint': p.checkpoint_day, 'messages': m.messages, 'late': m.late})
            WHEN 'site.services' THEN to_json({'guides': g.guides})
            ELSE to_json({'columns': l.columns})
        END
    END::VARCHAR AS detail
FROM failed AS f
CROSS JOIN window_parameters AS p
LEFT JOIN visits AS v ON v.target_id = f.target_id
LEFT JOIN account_freshness AS a ON a.target_id = f.target_id
LEFT JOIN home_freshness AS h ON h.target_id = f.target_id
LEFT JOIN home_pages AS s ON s.target_id = f.target_id
LEFT JOIN availability AS q ON q.target_id = f.target_id
LEFT JOIN column_lists AS l ON l.target_id = f.target_id AND l.id = f.id
LEFT JOIN message_lists AS m ON m.target_id = f.target_id
LEFT JOIN guide_lists AS g ON g.target_id = f.target_id
WHERE NOT EXISTS (
    SELECT 1 FROM failed AS other WHERE other.target_id = f.target_id AND other.supersedes = f.id
)
ORDER BY f.target_kind, f.target_id, f.ordinal;
