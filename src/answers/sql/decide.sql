INSERT INTO answers (
    id, org_id, persona_id, language, standing, before_standing, made_from, question, normal,
    sense, text, corrected, passages, decided_by, decided_at, created_at
)
VALUES (
    :id, :org, :persona, :language, :standing, :before, :made_from, :question, :normal,
    :sense, :text, :corrected, :passages, :by, :at, :created_at
)
ON CONFLICT (id) DO UPDATE SET
    standing = excluded.standing,
    before_standing = excluded.before_standing,
    text = excluded.text,
    corrected = excluded.corrected,
    passages = excluded.passages,
    decided_by = excluded.decided_by,
    decided_at = excluded.decided_at
WHERE decided_at IS :seen
