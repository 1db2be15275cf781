-- A release before this one kept the time alone.
SELECT
    CAST(t.value AS INTEGER) AS now,
    coalesce(CAST((SELECT value FROM meta WHERE key = 'lived') AS INTEGER), 0) AS lived,
    (SELECT nullif(value, '') FROM meta WHERE key = 'boot') AS boot,
    coalesce(CAST((SELECT value FROM meta WHERE key = 'uptime') AS INTEGER), 0) AS uptime
FROM meta AS t
WHERE t.key = 'time'
