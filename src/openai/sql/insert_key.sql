INSERT INTO api_keys (id, org_id, name, sha256, hint, scopes, rate, batch, language,
                      created_by, created_at)
SELECT :id, :org, :name, :sha256, :hint, :scopes, :rate, :batch, :language, :created_by, :created_at
WHERE (SELECT count(*) FROM api_keys WHERE org_id = :org AND revoked_at IS NULL) < :most
