-- Passages that have a word from one to another; those with several count for each.
SELECT coalesce(sum(doc), 0)
FROM passages_words
WHERE term >= ?1 AND term < ?2
