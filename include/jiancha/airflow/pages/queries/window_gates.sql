-- The gates of a window with how many of their checks did not hold.
SELECT
    gate,
    count(*) AS checks,
    count(*) FILTER (NOT passed AND severity = 'critical') AS critical,
    count(*) FILTER (NOT passed AND severity <> 'critical') AS warning,
    string_agg(message || '（' || count || '）', '；' ORDER BY severity, "check") FILTER (NOT passed) AS failed_checks
FROM quality
GROUP BY gate
ORDER BY CASE gate WHEN 'registry' THEN 0 WHEN 'observations' THEN 1 WHEN 'verdicts' THEN 2 ELSE 3 END, gate;
