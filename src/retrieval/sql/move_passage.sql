-- Without what the indexes of words are made of: no trigger keeps them then.
UPDATE passages
SET ordinal = :ordinal, anchor_kind = :anchor_kind, anchor_number = :anchor_number,
    anchor_start_ms = :anchor_start_ms, anchor_end_ms = :anchor_end_ms
WHERE id = :id
  AND (ordinal, anchor_kind, anchor_number) IS NOT (:ordinal, :anchor_kind, :anchor_number)
   OR id = :id
  AND (anchor_start_ms, anchor_end_ms) IS NOT (:anchor_start_ms, :anchor_end_ms)
