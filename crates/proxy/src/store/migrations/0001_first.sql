-- Secrets that open something are stored as SHA-256 digests only.
CREATE TABLE sign_in_links (
    digest     BLOB PRIMARY KEY,
    expires_ms BIGINT NOT NULL
);

CREATE TABLE sessions (
    digest     BLOB PRIMARY KEY,
    user_name  TEXT NOT NULL,
    seen_ms    BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);

-- The outbox and what became of it: body and key are written before the first byte is sent.
CREATE TABLE dispatches (
    id              TEXT PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE,
    date            TEXT NOT NULL,
    request         TEXT NOT NULL,
    body            TEXT NOT NULL,
    state           TEXT NOT NULL,
    attempts        BIGINT NOT NULL DEFAULT 0,
    due_ms          BIGINT NOT NULL,
    delay_ms        BIGINT NOT NULL DEFAULT 0,
    job_id          TEXT,
    job_open        BIGINT NOT NULL DEFAULT 0,
    progress        TEXT NOT NULL,
    error           TEXT,
    created_ms      BIGINT NOT NULL,
    updated_ms      BIGINT NOT NULL
);
CREATE INDEX dispatches_due ON dispatches (state, job_open, due_ms);
CREATE INDEX dispatches_date ON dispatches (date);

-- How each stop came to stand as it does.
CREATE TABLE stop_history (
    dispatch_id TEXT NOT NULL REFERENCES dispatches (id) ON DELETE CASCADE,
    stop_id     TEXT NOT NULL,
    status      TEXT NOT NULL,
    at_ms       BIGINT NOT NULL
);
CREATE INDEX stop_history_stop ON stop_history (dispatch_id, stop_id);

-- Under which numbers a shopper may ask for a stop.
CREATE TABLE stop_numbers (
    number      TEXT NOT NULL,
    dispatch_id TEXT NOT NULL REFERENCES dispatches (id) ON DELETE CASCADE,
    stop_id     TEXT NOT NULL,
    PRIMARY KEY (number, dispatch_id)
);

CREATE TABLE parcels (
    id              TEXT PRIMARY KEY,
    vendor_id       TEXT NOT NULL,
    number          TEXT NOT NULL,
    tracking_number TEXT NOT NULL,
    courier_code    TEXT NOT NULL,
    document        TEXT NOT NULL,
    is_open         BIGINT NOT NULL,
    due_ms          BIGINT NOT NULL,
    created_ms      BIGINT NOT NULL,
    UNIQUE (number, courier_code)
);
CREATE INDEX parcels_number ON parcels (number);
CREATE INDEX parcels_due ON parcels (is_open, due_ms);

CREATE TABLE geocodes (
    source   TEXT NOT NULL,
    query    TEXT NOT NULL,
    answer   TEXT NOT NULL,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (source, query)
);

CREATE TABLE matrices (
    digest   BLOB PRIMARY KEY,
    cells    BLOB NOT NULL,
    until_ms BIGINT NOT NULL
);

-- Every push that carried a good signature, kept for replay checks and for people.
CREATE TABLE webhooks (
    id          TEXT PRIMARY KEY,
    digest      BLOB NOT NULL UNIQUE,
    version     TEXT NOT NULL,
    number      TEXT NOT NULL,
    courier     TEXT NOT NULL,
    body        TEXT NOT NULL,
    state       TEXT NOT NULL,
    received_ms BIGINT NOT NULL
);
CREATE INDEX webhooks_received ON webhooks (received_ms);
