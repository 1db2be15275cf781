-- Lists that wait to be started and say the name of this person.
DELETE FROM imports
WHERE org_id = :org
    AND state = 'checked'
    AND EXISTS (
        SELECT 1
        FROM users AS u
        WHERE u.org_id = :org
            AND u.id = :user
            AND (
                instr(imports.findings, u.name) > 0
                OR EXISTS (
                    SELECT 1
                    FROM import_rows AS r
                    WHERE r.import_id = imports.id AND instr(r.row, u.name) > 0
                )
            )
    )
