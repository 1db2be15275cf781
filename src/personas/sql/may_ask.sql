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
    )
)
