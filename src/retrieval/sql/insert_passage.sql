INSERT INTO passages (org_id, lesson_id, ordinal, anchor_kind, anchor_number, anchor_label,
    anchor_start_ms, anchor_end_ms, language, text)
VALUES (:org, :lesson, :ordinal, :anchor_kind, :anchor_number, :anchor_label,
    :anchor_start_ms, :anchor_end_ms, :language, :text)
