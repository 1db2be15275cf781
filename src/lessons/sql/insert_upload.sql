INSERT INTO uploads (
    id, org_id, owner, file_name, title, subject, language, shared, format, metadata, bytes,
    created_at, expires_at
)
VALUES (
    :id, :org, :owner, :file_name, :title, :subject, :language, :shared, :format, :metadata,
    :bytes, :now, :expires_at
)
