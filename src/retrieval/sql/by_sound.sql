SELECT rowid, bm25(passages_sound, 1.0, 2.0)
FROM passages_sound
WHERE passages_sound MATCH ?1
