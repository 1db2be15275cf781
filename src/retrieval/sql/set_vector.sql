UPDATE passages
SET embed_model = ?2, embedding = ?3
WHERE id = ?1
  AND ?4 = CASE WHEN anchor_label IS NULL OR instr(text, anchor_label) = 1 THEN text
                ELSE anchor_label || char(10) || text END
