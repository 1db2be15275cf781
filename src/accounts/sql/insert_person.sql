INSERT INTO users (
    org_id, id, name, username, username_key, number, role, age, platform_admin,
    language, way, password_hash, active, created_at, updated_at
) VALUES (
    :org, :id, :name, :username, :username_key, :number, :role, :age, :platform_admin,
    :language, :way, :password_hash, :active, :now, :now
)
