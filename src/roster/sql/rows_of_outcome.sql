SELECT place, row FROM import_rows
WHERE import_id = ?1 AND place >= ?2 AND outcome = ?4
ORDER BY place
LIMIT ?3
