INSERT INTO lessons (
    id, org_id, title, subject, language, format, file_name, bytes, original,
    shared, status, page_kind, created_by, created_at, updated_at
)
VALUES (
    :id, :org, :title, :subject, :language, :format, :file_name, :bytes, :original,
    :shared, 'queued', :page_kind, :created_by, :now, :now
)
