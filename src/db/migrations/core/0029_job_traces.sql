-- What asked for a job, as the W3C writes it (`traceparent`): a trace and a span in it.
-- None unless a collector was told of it.
ALTER TABLE jobs ADD COLUMN trace TEXT;
