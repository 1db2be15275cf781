SELECT
    (SELECT count(*) FROM conversations WHERE org_id = :org AND user_id = :user) AS conversations,
    (
        SELECT count(*)
        FROM conversations AS c
        JOIN messages AS m ON m.conversation_id = c.id
        WHERE c.org_id = :org AND c.user_id = :user AND m.role = 'user'
    ) AS questions,
    (SELECT count(*) FROM class_members WHERE org_id = :org AND user_id = :user) AS classes,
    (SELECT count(*) FROM sessions WHERE org_id = :org AND user_id = :user) AS sessions,
    (
        SELECT count(*)
        FROM uploads
        WHERE org_id = :org AND owner = :user AND lesson_id IS NULL
    ) AS uploads,
    (
        SELECT count(*)
        FROM lesson_edits AS e
        JOIN lessons AS l ON l.id = e.lesson_id
        WHERE l.org_id = :org AND e.edited_by = :user
    ) AS corrections,
    (SELECT count(*) FROM answers WHERE org_id = :org AND decided_by = :user) AS decisions,
    (SELECT count(*) FROM api_keys WHERE org_id = :org AND created_by = :user) AS keys
