UPDATE messages
SET text = :text,
    status = :status,
    code = :code,
    passages = :passages,
    sentences = :sentences,
    finished_at = :now
WHERE id = :id
