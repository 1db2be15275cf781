SELECT
    a.*,
    (
        SELECT json_group_array(json_array(l.lesson_id, l.text))
        FROM answer_lessons l
        WHERE l.answer_id = a.id
    ) AS lessons
FROM answers a
WHERE a.org_id = :org
    AND a.persona_id = :persona
    AND a.language = :language
    AND (a.normal = :normal OR a.sense = :sense)
ORDER BY a.decided_at DESC, a.id DESC
