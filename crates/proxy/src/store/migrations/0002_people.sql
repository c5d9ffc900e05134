-- Who may sign in. A person without a password comes in by a one-time link only.
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    email         TEXT UNIQUE,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL,
    password_hash TEXT,
    disabled      BIGINT NOT NULL DEFAULT 0,
    created_ms    BIGINT NOT NULL
);

-- Whose session it is; sessions of the time before there were people end here.
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in_links ADD COLUMN user_id TEXT NOT NULL DEFAULT '';

-- Wrong passwords in a row, by account, so that guessing gets slower and slower.
CREATE TABLE sign_in_failures (
    account  TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    until_ms BIGINT NOT NULL
);

-- Keys of integrators: digest only, and what they open.
CREATE TABLE api_tokens (
    id         TEXT PRIMARY KEY,
    digest     BLOB NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT,
    used_ms    BIGINT
);

-- Who did what. Rows are only ever added, and each carries a digest over itself and the row before.
CREATE TABLE audit (
    id      BIGINT PRIMARY KEY,
    at_ms   BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL,
    digest  BLOB NOT NULL
);

-- What browsers are told of, in the order in which it was committed.
CREATE TABLE events (
    id      BIGINT PRIMARY KEY,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    at_ms   BIGINT NOT NULL
);
CREATE INDEX events_at ON events (at_ms);

-- The proxies that are alive; what a dead one had taken is free again.
CREATE TABLE instances (
    id      TEXT PRIMARY KEY,
    seen_ms BIGINT NOT NULL
);
ALTER TABLE dispatches ADD COLUMN holder TEXT;
ALTER TABLE parcels ADD COLUMN holder TEXT;

-- How far ahead a rate limit is booked, where several proxies share it.
CREATE TABLE rate_limits (
    name      TEXT PRIMARY KEY,
    booked_ms BIGINT NOT NULL
);

-- What was spent at 51Tracking, by day and kind of call.
CREATE TABLE quota (
    day      TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    calls    BIGINT NOT NULL,
    units    BIGINT NOT NULL,
    PRIMARY KEY (day, endpoint)
);
