INSERT INTO consents (
    org_id, seq, user_id, at, lived, recorded_by, state, giver, way, note, version, undoes
)
SELECT
    :org, coalesce(max(seq), 0) + 1, :user, :at, :lived, :by, :state, :giver, :way,
    :note, :version, :undoes
FROM consents
WHERE org_id = :org
RETURNING seq
