-- Why a message was decided again, after its first decision: the record that changed what it rests on. NULL = it was not.

ALTER TABLE decisions ADD COLUMN cause TEXT;
