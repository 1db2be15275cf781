SELECT
    s.id, s.org_id, s.user_id, s.generation, s.rotated_at, s.created_at,
    s.last_used_at, s.browser, s.shared, s.idle_ms, s.most_ms,
    u.role, u.platform_admin, u.language
FROM sessions AS s
JOIN people AS u ON u.org_id = s.org_id AND u.id = s.user_id
WHERE u.active
