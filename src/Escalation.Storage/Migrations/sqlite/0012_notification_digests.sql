-- Notifications that are held back go out together: those of one channel, recipient and group in one message.

ALTER TABLE notifications ADD COLUMN group_key TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN is_digest INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notifications_of_recipient ON notifications (channel, recipient, is_digest, created_at_ms);
