UPDATE messages
SET text = :text,
    status = :status,
    code = :code,
    origin = :origin,
    passages = :passages,
    sentences = :sentences,
    finished_at = :now
WHERE id = :id
