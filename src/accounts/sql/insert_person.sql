INSERT INTO users (
    org_id, id, name, username, username_key, role, platform_admin,
    language, password_hash, active, created_at, updated_at
) VALUES (
    :org, :id, :name, :username, :username_key, :role, :platform_admin,
    :language, :password_hash, :active, :now, :now
)
