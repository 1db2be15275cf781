-- CROSS, so that the people of a class are looked up and not the whole school for each
-- class: with 10,000 people and 300 classes that took more than the five seconds a read has.
SELECT
    c.*,
    (
        SELECT count(*)
        FROM class_members AS m
        CROSS JOIN people AS u ON u.org_id = m.org_id AND u.id = m.user_id
        WHERE m.org_id = c.org_id AND m.class_id = c.id AND u.active AND u.role = 'learner'
    ) AS learners,
    (
        SELECT count(*)
        FROM class_members AS m
        CROSS JOIN people AS u ON u.org_id = m.org_id AND u.id = m.user_id
        WHERE m.org_id = c.org_id AND m.class_id = c.id AND u.active AND u.role <> 'learner'
    ) AS teachers,
    EXISTS (
        SELECT 1
        FROM class_members AS m
        WHERE m.org_id = c.org_id AND m.class_id = c.id AND m.user_id = :user
    ) AS mine,
    (
        SELECT t.term_id
        FROM class_terms AS t
        WHERE t.org_id = c.org_id AND t.class_id = c.id
    ) AS term_id
FROM school_classes AS c
WHERE
    c.org_id = :org
    AND (:id IS NULL OR c.id = :id)
    AND (:staff OR (mine AND c.archived_at IS NULL))
ORDER BY c.archived_at IS NOT NULL, c.name COLLATE NOCASE, c.id
