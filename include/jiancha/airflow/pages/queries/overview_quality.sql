-- How many checks of the gates did not hold, and how many there were, by window.
SELECT
    "window",
    count(*) AS checks,
    count(*) FILTER (NOT passed AND severity = 'critical') AS critical,
    count(*) FILTER (NOT passed AND severity <> 'critical') AS warning
FROM quality
GROUP BY "window";
