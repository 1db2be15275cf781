SELECT
    t.*,
    (
        SELECT count(*)
        FROM class_terms AS m
        JOIN school_classes AS c ON c.org_id = m.org_id AND c.id = m.class_id
        WHERE m.org_id = t.org_id AND m.term_id = t.id AND c.archived_at IS NULL
    ) AS classes
FROM terms AS t
WHERE t.org_id = ?1 AND (?2 IS NULL OR t.id = ?2)
ORDER BY t.first_day DESC, t.id
