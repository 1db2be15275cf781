SELECT
    c.*,
    (
        SELECT b.name
        FROM users AS b
        WHERE b.org_id = c.org_id AND b.id = c.recorded_by
    ) AS recorded_by_name
FROM consents AS c
WHERE c.org_id = ?1 AND c.user_id = ?2
ORDER BY c.seq DESC
