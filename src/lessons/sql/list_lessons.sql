SELECT *
FROM lessons
WHERE org_id = ?1 AND (shared OR NOT ?2)
ORDER BY created_at DESC, id DESC
