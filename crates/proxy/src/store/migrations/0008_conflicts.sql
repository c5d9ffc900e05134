-- An answer of 409 may mean that an earlier try is under way; so many of them in vain are believed.
ALTER TABLE dispatches ADD COLUMN conflicts BIGINT NOT NULL DEFAULT 0;
