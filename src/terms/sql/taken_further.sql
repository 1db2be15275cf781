SELECT 1
FROM rollover_classes AS made
JOIN rollover_classes AS taken ON taken.org_id = made.org_id AND taken.class_id = made.successor_id
WHERE made.org_id = ?1 AND made.rollover_id = ?2
