-- Without what the indexes of words are made of: no trigger keeps them then.
UPDATE passages
SET ordinal = :ordinal, anchor_kind = :anchor_kind, anchor_number = :anchor_number
WHERE id = :id
  AND (ordinal <> :ordinal OR anchor_kind <> :anchor_kind OR anchor_number <> :anchor_number)
