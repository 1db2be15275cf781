-- Citations name lesson and place; the words of the lessons are the school's.
SELECT
    m.id,
    m.conversation_id,
    m.role,
    m.text,
    m.status,
    m.origin,
    m.feedback,
    (
        SELECT json_group_array(
            json_object(
                'number', p.value ->> '$.n',
                'lesson', p.value ->> '$.lesson_title',
                'place', p.value ->> '$.anchor.kind',
                'place_number', p.value ->> '$.anchor.number'
            )
        )
        FROM json_each(m.passages) AS p
    ) AS citations,
    m.created_at,
    m.finished_at
FROM conversations AS c
JOIN messages AS m ON m.conversation_id = c.id
WHERE c.org_id = :org AND c.user_id = :user
ORDER BY m.created_at, m.id
