SELECT rowid, bm25(passages_fts, 1.0, 2.0)
FROM passages_fts
WHERE passages_fts MATCH ?1
