-- The figures of each window by kind of target.
SELECT "window", target_kind, measure, value
FROM summary
WHERE key = '';
