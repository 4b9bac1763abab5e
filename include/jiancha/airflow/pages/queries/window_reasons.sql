-- Why targets of a window were left undetermined, the commonest reason first.
SELECT target_kind, coalesce(reason, '原因未记录') AS reason, count(*) AS targets
FROM verdicts
WHERE outcome = 'undetermined'
GROUP BY ALL
ORDER BY targets DESC, reason
LIMIT 30;
