-- Passages that have words, of all lessons, in no order.
SELECT rowid FROM passages_fts WHERE passages_fts MATCH ?1
