-- A session gets a new id now and then. The one before opens until the new one has come back once, and a little longer.
ALTER TABLE sessions ADD COLUMN previous BLOB;
ALTER TABLE sessions ADD COLUMN previous_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN renewed_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sessions_previous ON sessions (previous);
