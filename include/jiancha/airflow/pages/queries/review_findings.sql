-- The findings of a window as their actions are called.
SELECT f.target_id, f.indicator, f.problem, v.name, v.platform, v.target_kind
FROM findings AS f
JOIN verdicts AS v ON v.target_id = f.target_id;
