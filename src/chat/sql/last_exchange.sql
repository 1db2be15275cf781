-- The newest finished answer before a question, with the question it answers.
SELECT
    a.text AS answer,
    (
        SELECT q.text
        FROM messages q
        WHERE q.conversation_id = a.conversation_id
            AND q.role = 'user'
            AND (q.created_at, q.id) < (a.created_at, a.id)
        ORDER BY q.created_at DESC, q.id DESC
        LIMIT 1
    ) AS question
FROM messages a
JOIN messages here ON here.id = :before
WHERE a.conversation_id = :conversation
    AND a.role = 'assistant'
    AND a.status IN ('complete', 'quoted')
    AND (a.created_at, a.id) < (here.created_at, here.id)
ORDER BY a.created_at DESC, a.id DESC
LIMIT 1
