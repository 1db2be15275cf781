-- The answer is the first message of the tutor after the question.
SELECT
    q.conversation_id AS conversation_id,
    q.id AS question,
    (
        SELECT a.id
        FROM messages a
        WHERE a.conversation_id = q.conversation_id AND a.role = 'assistant' AND a.id > q.id
        ORDER BY a.id
        LIMIT 1
    ) AS answer
FROM messages q
WHERE q.user_id = ?1 AND q.client_id = ?2
