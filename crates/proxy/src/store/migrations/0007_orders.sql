-- What belongs to an order, and by what a shopper may ask for it. Nothing is here in plain words: the order's number
-- and what is known of the shopper are keyed hashes.
CREATE TABLE orders (
    digest   BLOB NOT NULL,
    subject  TEXT NOT NULL,
    email    BLOB,
    phone    BLOB,
    postcode BLOB,
    at_ms    BIGINT NOT NULL,
    PRIMARY KEY (subject)
);
CREATE INDEX orders_digest ON orders (digest);
CREATE INDEX orders_at ON orders (at_ms);
