-- Whether a kept answer is to a question that only this person asked in these words. One
-- that somebody else asked too is the class's.
(
    answers.question IN (
        SELECT m.text
        FROM conversations AS c
        JOIN messages AS m ON m.conversation_id = c.id
        WHERE c.org_id = :org AND c.user_id = :user AND m.role = 'user'
    )
    AND NOT EXISTS (
        SELECT 1
        FROM messages AS o
        WHERE o.org_id = :org
            AND o.user_id <> :user
            AND o.role = 'user'
            AND o.text = answers.question
    )
)
