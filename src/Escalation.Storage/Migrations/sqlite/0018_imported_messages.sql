-- Whether a message is history that was imported: a source from which nothing came live is not watched for silence.
-- What is there already counts as live, so that no source that is watched is lost.

ALTER TABLE messages ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
