-- Merchants' sites that were set up in the portal; those of the configuration file are not here.
CREATE TABLE sites (
    key        TEXT PRIMARY KEY,
    settings   TEXT NOT NULL,
    version    BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);

-- Which parcel a public page shows, by the digest of the token in its address.
CREATE TABLE public_pages (
    digest  BLOB PRIMARY KEY,
    site    TEXT NOT NULL,
    subject TEXT NOT NULL,
    at_ms   BIGINT NOT NULL
);
CREATE INDEX public_pages_at ON public_pages (at_ms);

-- Keys that the server makes for itself and every proxy of this database must share.
CREATE TABLE server_keys (
    name   TEXT PRIMARY KEY,
    secret BLOB NOT NULL
);
