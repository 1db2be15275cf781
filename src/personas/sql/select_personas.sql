SELECT
    p.*,
    (
        SELECT json_group_array(l.lesson_id)
        FROM persona_lessons AS l
        WHERE l.persona_id = p.id
    ) AS lesson_ids,
    (
        SELECT json_group_array(c.class_id)
        FROM persona_classes AS c
        JOIN school_classes AS s ON s.org_id = c.org_id AND s.id = c.class_id
        WHERE c.persona_id = p.id
    ) AS class_ids
FROM personas AS p
