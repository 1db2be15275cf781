-- All, or the one with an id.
SELECT
    a.*,
    (
        SELECT json_group_array(json_array(l.lesson_id, l.text))
        FROM answer_lessons l
        WHERE l.answer_id = a.id
    ) AS lessons
FROM answers a
WHERE a.org_id = ?1 AND (?2 IS NULL OR a.id = ?2)
ORDER BY a.decided_at DESC, a.id DESC
