-- Every rule set that was ever activated, whole. Contents stand apart by their hash: versions share what they have in common,
-- and a person can be erased from a list without touching the versions that name it.

CREATE TABLE rule_contents (
    hash TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
);

CREATE TABLE rule_versions (
    version TEXT NOT NULL PRIMARY KEY,
    stored_at_ms BIGINT NOT NULL,
    author TEXT NOT NULL,
    origin TEXT NOT NULL
);

CREATE TABLE rule_files (
    version TEXT NOT NULL REFERENCES rule_versions (version),
    path TEXT NOT NULL,
    content_hash TEXT NOT NULL REFERENCES rule_contents (hash),
    PRIMARY KEY (version, path)
);

ALTER TABLE activations ADD COLUMN changes TEXT NOT NULL DEFAULT '';
