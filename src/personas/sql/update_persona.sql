UPDATE personas
SET name = :name,
    subject = :subject,
    language = :language,
    tone = :tone,
    greeting = :greeting,
    lessons_mode = :lessons_mode,
    only_from_lessons = :only_from_lessons,
    suggestions = :suggestions,
    active = :active,
    shared = :shared,
    updated_at = :now
WHERE org_id = :org AND id = :id
