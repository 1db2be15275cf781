SELECT
    c.id,
    c.name,
    t.term_id,
    (
        SELECT count(*)
        FROM class_members AS m
        JOIN people AS u ON u.org_id = m.org_id AND u.id = m.user_id
        WHERE m.org_id = c.org_id AND m.class_id = c.id AND u.role <> 'learner'
    ) AS teachers,
    (
        SELECT count(*)
        FROM lesson_classes AS l
        WHERE l.org_id = c.org_id AND l.class_id = c.id
    ) AS lessons,
    (
        SELECT count(*)
        FROM persona_classes AS p
        WHERE p.org_id = c.org_id AND p.class_id = c.id
    ) AS tutors
FROM school_classes AS c
LEFT JOIN class_terms AS t ON t.org_id = c.org_id AND t.class_id = c.id
WHERE
    c.org_id = :org
    AND c.archived_at IS NULL
    AND (:term IS NULL OR t.term_id = :term)
    AND (:ids IS NULL OR c.id IN (SELECT value FROM json_each(:ids)))
ORDER BY c.name COLLATE NOCASE, c.id
