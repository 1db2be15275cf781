SELECT
    c.id,
    c.name,
    c.trashed_at,
    c.trashed_lived,
    EXISTS (
        SELECT 1
        FROM class_members AS m
        WHERE m.org_id = c.org_id AND m.class_id = c.id AND m.user_id = :user
    ) AS mine
FROM classes AS c
WHERE c.org_id = :org AND c.trashed_at IS NOT NULL
  AND c.trashed_lived > :since AND (:id IS NULL OR c.id = :id)
ORDER BY c.trashed_at DESC, c.id
