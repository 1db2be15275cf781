DELETE FROM answers
WHERE id IN (
    SELECT id
    FROM answers
    ORDER BY turn
    LIMIT max(0, (SELECT count(*) FROM answers) - ?1)
)
