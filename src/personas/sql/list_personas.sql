SELECT
    p.*,
    (
        SELECT json_group_array(l.lesson_id)
        FROM persona_lessons l
        WHERE l.persona_id = p.id
    ) AS lesson_ids
FROM personas p
WHERE p.org_id = ?1 AND (?2 IS NULL OR p.id = ?2)
ORDER BY p.name COLLATE NOCASE, p.id
