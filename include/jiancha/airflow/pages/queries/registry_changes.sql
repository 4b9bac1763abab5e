-- Targets that came, went, or are described otherwise than in the window before.
WITH targets AS (
    SELECT "window", target_id, 'site' AS target_kind, site_code AS code, name, owner, url AS place FROM sites
    UNION ALL
    SELECT "window", target_id, 'account', account_code, name, owner, platform FROM accounts
)

SELECT
    coalesce(l.target_id, e.target_id) AS target_id,
    coalesce(l.target_kind, e.target_kind) AS target_kind,
    coalesce(l.code, e.code) AS code,
    coalesce(l.name, e.name) AS name,
    coalesce(l.owner, e.owner) AS owner,
    coalesce(l.place, e.place) AS place,
    CASE WHEN e.target_id IS NULL THEN '新增' WHEN l.target_id IS NULL THEN '移出' ELSE '变更' END AS change,
    CASE
        WHEN e.target_id IS NOT NULL AND l.target_id IS NOT NULL THEN concat_ws(
            '；',
            CASE WHEN e.name IS DISTINCT FROM l.name THEN '名称原为' || coalesce(e.name, '空') END,
            CASE WHEN e.owner IS DISTINCT FROM l.owner THEN '主办单位原为' || coalesce(e.owner, '空') END,
            CASE WHEN e.place IS DISTINCT FROM l.place THEN '地址或平台原为' || coalesce(e.place, '空') END
        )
        ELSE ''
    END AS changes
FROM (SELECT * FROM targets WHERE "window" = $later) AS l
FULL JOIN (SELECT * FROM targets WHERE "window" = $earlier) AS e ON e.target_id = l.target_id
WHERE
    e.target_id IS NULL
    OR l.target_id IS NULL
    OR e.name IS DISTINCT FROM l.name
    OR e.owner IS DISTINCT FROM l.owner
    OR e.place IS DISTINCT FROM l.place
ORDER BY change, target_kind DESC, code
LIMIT 500;
