WITH somebody AS MATERIALIZED (
    SELECT
        u.id,
        plain(u.name) AS sorted,
        CASE
            WHEN :words = '[]' THEN ''
            ELSE plain(u.name || ' ' || u.username || ' ' || coalesce(u.number, ''))
        END AS said
    FROM people AS u
    WHERE
        u.org_id = :org
        AND u.role IN (SELECT r.value FROM json_each(:roles) AS r)
        AND (:active IS NULL OR u.active = :active)
        AND NOT EXISTS (
            SELECT 1
            FROM waiting AS w
            WHERE w.org_id = u.org_id AND w.user_id = u.id
        )
        AND NOT EXISTS (
            SELECT 1
            FROM class_members AS m
            WHERE m.org_id = u.org_id AND m.class_id = :outside AND m.user_id = u.id
        )
),

fitting AS MATERIALIZED (
    SELECT
        s.id,
        s.sorted
    FROM somebody AS s
    WHERE NOT EXISTS (
        SELECT 1
        FROM json_each(:words) AS word
        WHERE instr(s.said, word.value) = 0
    )
),

page AS MATERIALIZED (
    SELECT
        f.id,
        f.sorted
    FROM fitting AS f
    ORDER BY f.sorted, f.id
    LIMIT :limit OFFSET :from
)

SELECT
    u.*,
    counted.total
FROM (SELECT count(*) AS total FROM fitting) AS counted
-- One row without a person where the page is empty.
LEFT JOIN page AS p ON 1
LEFT JOIN people AS u ON u.org_id = :org AND u.id = p.id
ORDER BY p.sorted, p.id
