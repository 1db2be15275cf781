SELECT m.class_id, u.id, u.name
FROM class_members AS m
JOIN people AS u ON u.org_id = m.org_id AND u.id = m.user_id
WHERE
    m.org_id = ?1
    AND m.class_id IN (SELECT value FROM json_each(?2))
    AND u.role = 'learner'
ORDER BY u.name COLLATE NOCASE, u.id
