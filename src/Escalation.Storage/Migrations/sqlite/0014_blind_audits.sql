-- Tickets drawn for a blind look among those that were not escalated. A period is drawn once; probability is that of each of its drawn tickets.

CREATE TABLE audit_periods (
    design TEXT NOT NULL PRIMARY KEY,
    from_ms BIGINT NOT NULL,
    to_ms BIGINT NOT NULL,
    tickets INTEGER NOT NULL,
    drawn_at_ms BIGINT NOT NULL
);

CREATE TABLE audit_tickets (
    design TEXT NOT NULL REFERENCES audit_periods (design),
    place INTEGER NOT NULL,
    ticket_id TEXT NOT NULL,
    stratum TEXT NOT NULL,
    probability DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (design, place)
);
