-- How far each mailbox was read: the server's mark of the folder, and the UID of the last mail that is recorded.
CREATE TABLE mailbox_positions (
    channel TEXT NOT NULL PRIMARY KEY,
    uid_validity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
);
