-- Who an address belongs to, and whether anybody writes under it, is asked by channels, pages and people.
CREATE INDEX identities_of_address ON identities (address);
CREATE INDEX messages_of_customer ON messages (customer_id, at_ms);
