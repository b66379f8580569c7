-- Snoozes and quarantines of rules, as events with times: what was in force at any instant can be worked out again.
-- A row either starts an exception or ends one early; the exclusive end of one that was started is until_ms, or the row that ends it.

CREATE TABLE rule_exception_events (
    number INTEGER NOT NULL PRIMARY KEY,
    exception TEXT NOT NULL,
    change TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    kind TEXT,
    rule TEXT,
    customer_id TEXT,
    product TEXT,
    until_ms BIGINT
);
CREATE UNIQUE INDEX rule_exception_events_once ON rule_exception_events (exception, change);

-- Ids of the exceptions in force in a configuration, as a JSON list; NULL = none.
ALTER TABLE configurations ADD COLUMN exceptions TEXT;
