-- The end of a snooze, and the label that dismissed an episode or took the dismissal back.

ALTER TABLE episodes ADD COLUMN snoozed_until_ms BIGINT;
ALTER TABLE episodes ADD COLUMN judged_by TEXT;

UPDATE episodes SET snoozed_until_ms = (
    SELECT until_ms FROM events WHERE events.ticket_id = episodes.ticket_id AND events.kind = 'snoozed' ORDER BY received_at_ms DESC, at_ms DESC, id DESC LIMIT 1)
WHERE status = 'snoozed';

UPDATE episodes SET judged_by = (
    SELECT id FROM labels WHERE labels.ticket_id = episodes.ticket_id AND labels.kind = 'dismissed' ORDER BY received_at_ms DESC, at_ms DESC, id DESC LIMIT 1)
WHERE status = 'dismissed';
