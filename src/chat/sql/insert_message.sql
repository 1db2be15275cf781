INSERT INTO messages (
    id, org_id, conversation_id, user_id, role, text, status, client_id, created_at
)
VALUES (
    :id, :org, :conversation, :user, :role, :text, :status, :client_id, :created_at
)
