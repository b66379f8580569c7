-- Tickets that a person must look at, because a rule that must escalate could not be evaluated on them: one row a ticket and rule.
-- since_ms is when it began to wait; looked_at_ms is null while it does, and again once a later message of the ticket fails.

CREATE TABLE reviews (
    id TEXT NOT NULL PRIMARY KEY,
    ticket_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    cause TEXT NOT NULL,
    detail TEXT NOT NULL,
    decision_id TEXT NOT NULL REFERENCES decisions (id),
    message_id TEXT NOT NULL,
    since_ms BIGINT NOT NULL,
    failed_at_ms BIGINT NOT NULL,
    failures INTEGER NOT NULL,
    looked_at_ms BIGINT,
    looked_at_by TEXT,
    finding TEXT,
    UNIQUE (ticket_id, rule)
);
CREATE INDEX reviews_in_order ON reviews (since_ms, id);
CREATE INDEX reviews_waiting ON reviews (looked_at_ms, since_ms, id);

-- What a quarantined rule was when it was quarantined: another expression of the same name has not failed yet.
CREATE TABLE quarantines (
    exception TEXT NOT NULL PRIMARY KEY,
    rule_key TEXT NOT NULL
);

-- Notices are about rules, too.
ALTER TABLE outbox RENAME COLUMN episode_id TO subject;
