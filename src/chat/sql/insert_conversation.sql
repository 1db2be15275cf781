INSERT INTO conversations (id, org_id, user_id, persona_id, title, created_at, updated_at)
VALUES (:id, :org, :user, :persona, :title, :now, :now)
