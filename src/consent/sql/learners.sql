SELECT
    v.*,
    (
        SELECT b.name
        FROM users AS b
        WHERE b.org_id = v.org_id AND b.id = v.recorded_by
    ) AS recorded_by_name
FROM learner_consents AS v
WHERE
    v.org_id = :org
    AND (:user IS NULL OR v.user_id = :user)
    AND (
        :teacher IS NULL
        OR EXISTS (
            SELECT 1
            FROM learners_taught AS t
            WHERE t.org_id = v.org_id AND t.teacher_id = :teacher AND t.user_id = v.user_id
        )
    )
    AND (
        :class IS NULL
        OR EXISTS (
            SELECT 1
            FROM class_members AS m
            WHERE m.org_id = v.org_id AND m.class_id = :class AND m.user_id = v.user_id
        )
    )
ORDER BY v.name COLLATE NOCASE, v.user_id
