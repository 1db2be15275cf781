SELECT v.org_id, v.user_id
FROM learner_consents AS v
WHERE
    v.state IN ('refused', 'withdrawn')
    AND v.lived <= ?1
    AND EXISTS (
        SELECT 1
        FROM conversations AS c
        WHERE c.org_id = v.org_id AND c.user_id = v.user_id
    )
