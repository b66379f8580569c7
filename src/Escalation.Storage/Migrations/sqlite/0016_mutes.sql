-- Nobody is told of the escalations of a customer, a ticket or a robot for a time. A mute that was ended early says by whom and why.

CREATE TABLE mutes (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    ended_at_ms BIGINT,
    ended_by TEXT,
    ended_reason TEXT
);
CREATE INDEX mutes_of ON mutes (kind, subject, until_ms);
