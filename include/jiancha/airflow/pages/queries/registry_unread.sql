-- Registered targets that could not be inspected, by reason.
SELECT target_kind, coalesce(platform, '') AS platform, coalesce(reason, '原因未记录') AS reason, count(*) AS targets
FROM verdicts
WHERE "window" = $later AND outcome = 'undetermined'
GROUP BY ALL
ORDER BY targets DESC, reason
LIMIT 50;
