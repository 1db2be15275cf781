-- An id may have become another lesson's since it was found: the filter holds here too.
SELECT id, vec_distance_L2(embedding, :vector) AS distance
FROM passages
WHERE id IN (SELECT value FROM json_each(:ids))
  AND org_id = :org
  AND lesson_id IN (SELECT value FROM json_each(:lessons))
  AND +embed_model = :model
