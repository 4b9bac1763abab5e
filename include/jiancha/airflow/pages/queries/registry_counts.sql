-- Registered accounts by platform, and the sites.
SELECT '政府网站' AS name, count(*) AS registered FROM sites WHERE "window" = $later
UNION ALL
SELECT coalesce(platform, ''), count(*) FROM accounts WHERE "window" = $later GROUP BY platform
ORDER BY registered DESC;
