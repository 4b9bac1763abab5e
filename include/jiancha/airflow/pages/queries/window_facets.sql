-- What the filters of a window can be set to.
SELECT DISTINCT 'district' AS facet, left(code, 6) AS value FROM verdicts
UNION ALL
SELECT DISTINCT 'level', level FROM verdicts
UNION ALL
SELECT DISTINCT 'platform', platform FROM verdicts
UNION ALL
SELECT DISTINCT 'indicator', indicator FROM findings
ORDER BY facet, value;
