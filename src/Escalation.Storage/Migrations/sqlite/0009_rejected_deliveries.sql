-- Deliveries of channels that could not be taken, or not wholly: kept for a person to look at and to try again. problems: JSON [[pointer, message], ...].
CREATE TABLE rejected_deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    body BLOB NOT NULL,
    problems TEXT NOT NULL,
    first_at_ms BIGINT NOT NULL,
    last_at_ms BIGINT NOT NULL,
    deliveries INTEGER NOT NULL,
    state TEXT NOT NULL,
    decided_at_ms BIGINT,
    decided_by TEXT,
    reason TEXT
);
CREATE INDEX rejected_newest ON rejected_deliveries (state, first_at_ms, id);
