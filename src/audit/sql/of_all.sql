SELECT seq FROM audit
WHERE org_id = :org AND seq >= :first AND seq < :before
ORDER BY seq DESC
LIMIT :limit
