-- A proposal that was taken back waits no more; who and why stands in the trail.
ALTER TABLE rule_proposals ADD COLUMN withdrawn_at_ms BIGINT;
