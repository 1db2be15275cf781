(
    :learner IS NULL
    OR (
        shared
        AND (
            NOT for_classes
            OR EXISTS (
                SELECT 1
                FROM lesson_readers AS r
                WHERE r.lesson_id = lessons.id AND r.user_id = :learner
            )
        )
    )
)
