-- Targets that were found unqualified in several of the windows, the most often found first.
SELECT
    v.target_id,
    v.name,
    v.code,
    v.owner,
    v.platform,
    count(DISTINCT f."window") AS windows,
    string_agg(DISTINCT f."window", '、' ORDER BY f."window") AS keys
FROM findings AS f
JOIN verdicts AS v ON v.target_id = f.target_id AND v."window" = $later
GROUP BY ALL
HAVING count(DISTINCT f."window") > 1
ORDER BY windows DESC, v.owner, v.name
LIMIT 100;
