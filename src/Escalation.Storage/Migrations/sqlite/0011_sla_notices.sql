-- Notices of service levels that were told: each step of an escalation once. told is the link of a chain; NULL = the team that has the escalation.

CREATE TABLE sla_notices (
    episode_id TEXT NOT NULL REFERENCES episodes (id),
    step TEXT NOT NULL,
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,
    told TEXT,
    due_at_ms BIGINT NOT NULL,
    fired_at_ms BIGINT NOT NULL,
    PRIMARY KEY (episode_id, step)
);

-- What was due before is silent: history that was imported, and what stood open before anybody watched. NULL = all is told.
ALTER TABLE episodes ADD COLUMN watched_from_ms BIGINT;
UPDATE episodes SET watched_from_ms = CAST(strftime('%s', 'now') AS BIGINT) * 1000;
