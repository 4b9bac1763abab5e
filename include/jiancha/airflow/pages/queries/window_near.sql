-- Targets of a window that passed and come near a limit, the nearest first.
SELECT m.target_id, m.target_kind, m.indicator, m.value, v.name, v.code, v.owner, v.platform
FROM measurements AS m
JOIN verdicts AS v ON v.target_id = m.target_id
WHERE m.warn AND v.outcome <> 'unqualified'
ORDER BY m.indicator, m.value DESC, v.row
LIMIT 100;
