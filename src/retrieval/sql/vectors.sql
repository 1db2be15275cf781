SELECT id, embedding
FROM passages
WHERE lesson_id = ?1 AND embed_model = ?2
ORDER BY id
