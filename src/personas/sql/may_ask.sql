(
    :learner IS NULL
    OR (
        p.active
        AND p.shared
        AND (
            NOT p.for_classes
            OR EXISTS (
                SELECT 1
                FROM persona_learners AS r
                WHERE r.persona_id = p.id AND r.user_id = :learner
            )
        )
        -- No question of a child without the parents' consent.
        AND NOT EXISTS (
            SELECT 1
            FROM learner_consents AS c
            WHERE c.org_id = p.org_id AND c.user_id = :learner AND c.closed
        )
    )
)
