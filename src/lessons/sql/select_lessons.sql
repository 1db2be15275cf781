SELECT
    lessons.*,
    (
        SELECT json_group_array(c.class_id)
        FROM lesson_classes AS c
        WHERE c.lesson_id = lessons.id
    ) AS class_ids
FROM lessons
