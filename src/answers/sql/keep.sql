INSERT INTO answers (
    id, org_id, persona_id, language, made_from, question, normal, sense, text, passages,
    created_at, uses, turn
)
VALUES (
    :id, :org, :persona, :language, :made_from, :question, :normal, :sense, :text, :passages,
    :created_at, :uses, (SELECT coalesce(max(turn), 0) + 1 FROM answers)
)
ON CONFLICT DO NOTHING
