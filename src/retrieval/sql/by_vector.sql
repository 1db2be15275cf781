-- An exact scan with sqlite-vec's SIMD distance over the permitted lessons only.
SELECT id, vec_distance_L2(embedding, :vector) AS distance
FROM passages
WHERE org_id = :org
  AND lesson_id IN (SELECT value FROM json_each(:lessons))
  AND embed_model = :model
ORDER BY distance, id
LIMIT :limit
