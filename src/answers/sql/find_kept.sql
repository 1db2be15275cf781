SELECT *
FROM answers
WHERE org_id = :org
    AND made_from = :made_from
    AND (normal = :normal OR sense = :sense)
ORDER BY turn DESC
