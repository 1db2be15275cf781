SELECT DISTINCT m.user_id
FROM class_members AS m
JOIN school_classes AS c ON c.org_id = m.org_id AND c.id = m.class_id
WHERE
    m.org_id = ?1
    AND c.archived_at IS NULL
    AND c.id NOT IN (SELECT value FROM json_each(?2))
