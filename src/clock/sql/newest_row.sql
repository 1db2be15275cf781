-- Most of what people do leaves an event; the last of each stream stands for all.
SELECT max(time) AS newest
FROM (
    SELECT max(last_used_at) AS time FROM sessions
    UNION ALL
    SELECT max(updated_at) FROM users
    UNION ALL
    SELECT max(o.wall_claim)
    FROM outbox_head AS h
    JOIN outbox AS o ON o.epoch = h.epoch AND o.stream = h.stream AND o.seq = h.seq
)
