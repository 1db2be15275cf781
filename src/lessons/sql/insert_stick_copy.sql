INSERT INTO stick_copies (
    id, org_id, owner, stick, stick_name, subject, language, shared, created_at
)
VALUES (
    :id, :org, :owner, :stick, :stick_name, :subject, :language, :shared, :now
)
