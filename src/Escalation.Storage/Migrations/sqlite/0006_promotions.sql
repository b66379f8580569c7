-- What a promotion was shown to do, and who else agreed; and rule sets that wait for a second person.

ALTER TABLE activations ADD COLUMN consequences TEXT NOT NULL DEFAULT '[]';
ALTER TABLE activations ADD COLUMN approved_by TEXT;

-- in_force is the number of the activation that the proposal was made against; approved is that of the one it became.
CREATE TABLE rule_proposals (
    number INTEGER NOT NULL PRIMARY KEY,
    version TEXT NOT NULL REFERENCES rule_versions (version),
    in_force INTEGER NOT NULL REFERENCES activations (number),
    at_ms BIGINT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    needs TEXT NOT NULL,
    changes TEXT NOT NULL,
    consequences TEXT NOT NULL,
    approved INTEGER REFERENCES activations (number)
);
