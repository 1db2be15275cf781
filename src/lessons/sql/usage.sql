SELECT count(*) AS lessons, coalesce(sum(bytes), 0) AS bytes
FROM (
    SELECT bytes FROM lessons WHERE org_id = ?1
    UNION ALL
    SELECT bytes FROM uploads WHERE org_id = ?1 AND original IS NULL
)
