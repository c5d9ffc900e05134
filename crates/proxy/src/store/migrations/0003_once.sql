-- Replies to requests that create something, by who sent them and under which key.
CREATE TABLE idempotency (
    actor       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status      BIGINT NOT NULL,
    body        TEXT NOT NULL,
    at_ms       BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);
