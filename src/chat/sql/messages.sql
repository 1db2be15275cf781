-- The newest messages of a chat, or the newest before one of them.
SELECT m.*
FROM messages m
LEFT JOIN messages here ON here.id = :before
WHERE m.conversation_id = :conversation
    AND (:before IS NULL OR (m.created_at, m.id) < (here.created_at, here.id))
ORDER BY m.created_at DESC, m.id DESC
LIMIT :most
