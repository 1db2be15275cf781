UPDATE lessons
SET title = :title,
    subject = :subject,
    language = :language,
    shared = :shared,
    status = :status,
    text = :text,
    pages = :pages,
    passages = :passages,
    failure_code = :failure_code,
    failure_detail = :failure_detail,
    warnings = :warnings,
    anew = :anew,
    updated_at = :now
WHERE org_id = :org AND id = :id
