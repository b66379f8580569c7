-- Who is told of what is in the outbox: one row a notice and recipient, and a log of every try.
-- outbox.delivered_at_ms says from here on that the recipients of a notice are written down.

CREATE TABLE notifications (
    id TEXT NOT NULL PRIMARY KEY,
    outbox_key TEXT NOT NULL REFERENCES outbox (dedupe_key),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    team TEXT,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created_at_ms BIGINT NOT NULL,
    next_at_ms BIGINT,
    ended_at_ms BIGINT,
    detail TEXT,
    UNIQUE (outbox_key, channel, recipient)
);
CREATE INDEX notifications_due ON notifications (channel, status, next_at_ms);
CREATE INDEX notifications_newest ON notifications (created_at_ms, id);

CREATE TABLE notification_attempts (
    notification TEXT NOT NULL REFERENCES notifications (id),
    number INTEGER NOT NULL,
    at_ms BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    result TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (notification, number)
);
