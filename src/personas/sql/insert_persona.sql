INSERT INTO personas (
    id, org_id, name, subject, language, tone, greeting, lessons_mode,
    only_from_lessons, suggestions, active, shared, created_at, updated_at
)
VALUES (
    :id, :org, :name, :subject, :language, :tone, :greeting, :lessons_mode,
    :only_from_lessons, :suggestions, :active, :shared, :now, :now
)
