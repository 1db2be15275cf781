SELECT
    lessons.*,
    (
        SELECT json_group_array(c.class_id)
        FROM lesson_classes AS c
        JOIN school_classes AS s ON s.org_id = c.org_id AND s.id = c.class_id
        WHERE c.lesson_id = lessons.id
    ) AS class_ids
FROM lessons
