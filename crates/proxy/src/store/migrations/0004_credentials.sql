-- Credentials that an owner entered in the portal, sealed with a key that is not in this database.
-- The revision changes with every entry, so that each proxy knows whether it has the newest.
CREATE TABLE credentials (
    service  TEXT PRIMARY KEY,
    revision TEXT NOT NULL,
    sealed   BLOB NOT NULL,
    ends_in  TEXT NOT NULL,
    set_by   TEXT NOT NULL,
    set_ms   BIGINT NOT NULL
);
