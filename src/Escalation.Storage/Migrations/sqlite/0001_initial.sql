-- Times are UTC Unix milliseconds, ids are text, flags are 0 or 1. received_given = 0 means that the source did not say.

CREATE TABLE messages (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    author TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    received_given INTEGER NOT NULL,
    agent_id TEXT,
    team TEXT,
    is_public INTEGER NOT NULL,
    subject TEXT,
    body TEXT NOT NULL,
    thread_id TEXT,
    in_reply_to TEXT,
    language TEXT,
    brand TEXT,
    product TEXT,
    attributes TEXT,
    body_hash TEXT NOT NULL,
    PRIMARY KEY (source, external_id, revision)
);
CREATE INDEX messages_in_order ON messages (received_at_ms, at_ms, source, id);
CREATE INDEX messages_of_ticket ON messages (ticket_id, at_ms);

CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    ticket_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    received_given INTEGER NOT NULL,
    actor_id TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_team TEXT,
    team TEXT,
    to_ticket TEXT,
    is_public INTEGER,
    minutes DOUBLE PRECISION,
    status TEXT,
    priority TEXT,
    tags TEXT,
    assignee TEXT,
    until_ms BIGINT,
    episode_id TEXT,
    band TEXT,
    body_hash TEXT NOT NULL
);
CREATE INDEX events_in_order ON events (received_at_ms, at_ms, id);
CREATE INDEX events_of_ticket ON events (ticket_id, at_ms);

CREATE TABLE customer_versions (
    id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    received_given INTEGER NOT NULL,
    lifetime_value DOUBLE PRECISION,
    currency TEXT,
    tier TEXT,
    PRIMARY KEY (customer_id, at_ms, received_at_ms)
);
CREATE INDEX customer_versions_in_order ON customer_versions (received_at_ms, at_ms, id);

CREATE TABLE identities (
    id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    received_given INTEGER NOT NULL,
    linked INTEGER NOT NULL,
    attested INTEGER NOT NULL,
    PRIMARY KEY (customer_id, channel, address, at_ms, linked)
);
CREATE INDEX identities_in_order ON identities (received_at_ms, at_ms, id);

CREATE TABLE shifts (
    id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    team TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    to_ms BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    received_given INTEGER NOT NULL,
    PRIMARY KEY (agent_id, team, at_ms)
);
CREATE INDEX shifts_in_order ON shifts (received_at_ms, at_ms, id);

CREATE TABLE labels (
    id TEXT NOT NULL PRIMARY KEY,
    ticket_id TEXT NOT NULL,
    episode_id TEXT,
    message_id TEXT,
    decision_id TEXT,
    kind TEXT NOT NULL,
    needed INTEGER,
    frustrated TEXT,
    right_team TEXT,
    wrong_signals TEXT,
    reason TEXT,
    note TEXT,
    actor_id TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_team TEXT,
    origin TEXT NOT NULL,
    shown_score DOUBLE PRECISION,
    shown_band TEXT,
    shown_configuration TEXT,
    audit_design TEXT,
    audit_stratum TEXT,
    audit_probability DOUBLE PRECISION,
    undoes TEXT,
    at_ms BIGINT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    received_given INTEGER NOT NULL,
    body_hash TEXT NOT NULL
);
CREATE INDEX labels_in_order ON labels (received_at_ms, at_ms, id);
CREATE INDEX labels_of_ticket ON labels (ticket_id, at_ms);

CREATE TABLE configurations (
    id TEXT NOT NULL PRIMARY KEY,
    rules TEXT NOT NULL,
    frustration TEXT,
    team TEXT,
    engine TEXT NOT NULL,
    time_zones TEXT NOT NULL,
    first_used_at_ms BIGINT NOT NULL
);

CREATE TABLE activations (
    number INTEGER NOT NULL PRIMARY KEY,
    configuration TEXT NOT NULL REFERENCES configurations (id),
    at_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL
);

-- detail: signals, contributions, errors, shadow and the derived facts; the words of a span are read from the message, never copied.
CREATE TABLE decisions (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    episode_id TEXT,
    decided_at_ms BIGINT NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    score_without_incident DOUBLE PRECISION NOT NULL,
    probability DOUBLE PRECISION,
    band INTEGER NOT NULL,
    team TEXT,
    priority TEXT,
    sla_hours DOUBLE PRECISION,
    calendar TEXT,
    sla_deadline_ms BIGINT,
    route_rule TEXT,
    degraded INTEGER NOT NULL,
    needs_review INTEGER NOT NULL,
    configuration TEXT NOT NULL REFERENCES configurations (id),
    detail TEXT NOT NULL,
    FOREIGN KEY (source, external_id, revision) REFERENCES messages (source, external_id, revision)
);
CREATE INDEX decisions_of_message ON decisions (source, external_id, revision);
CREATE INDEX decisions_of_ticket ON decisions (ticket_id, decided_at_ms);

CREATE TABLE deliveries (
    idempotency_key TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    record_key TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);

CREATE TABLE outbox (
    dedupe_key TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    episode_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    payload TEXT NOT NULL,
    delivered_at_ms BIGINT
);
CREATE INDEX outbox_waiting ON outbox (delivered_at_ms, at_ms);

CREATE TABLE audit_entries (
    number BIGINT NOT NULL PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL,
    content TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_of_subject ON audit_entries (subject, number);

CREATE TABLE episodes (
    id TEXT NOT NULL PRIMARY KEY,
    ticket_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    opened_at_ms BIGINT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_by_message TEXT,
    opening_decision TEXT REFERENCES decisions (id),
    last_decision TEXT REFERENCES decisions (id),
    band INTEGER NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    triggers TEXT,
    team TEXT,
    first_team TEXT,
    priority TEXT,
    sla_hours DOUBLE PRECISION,
    calendar TEXT,
    sla_deadline_ms BIGINT,
    route_rule TEXT,
    incident_key TEXT,
    issue_key TEXT,
    status TEXT NOT NULL,
    first_resolved_at_ms BIGINT,
    ended_at_ms BIGINT,
    reopened INTEGER NOT NULL
);
CREATE INDEX episodes_newest ON episodes (opened_at_ms, id);
CREATE INDEX episodes_of_ticket ON episodes (ticket_id, opened_at_ms);

CREATE TABLE episode_tickets (
    episode_id TEXT NOT NULL REFERENCES episodes (id),
    ticket_id TEXT NOT NULL,
    linked_at_ms BIGINT NOT NULL,
    PRIMARY KEY (episode_id, ticket_id)
);

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
