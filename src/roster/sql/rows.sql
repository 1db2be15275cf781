-- Takes the outcome of the other statement, and lets all through.
SELECT place, row FROM import_rows
WHERE import_id = ?1 AND place >= ?2 AND ?4 IS NULL
ORDER BY place
LIMIT ?3
