-- Left to itself, SQLite would go through all vectors of the model for each lesson.
SELECT id, embedding
FROM passages INDEXED BY passages_lesson
WHERE lesson_id = ?1 AND embed_model = ?2
ORDER BY id
