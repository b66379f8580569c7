-- team is the team that has an episode now; route_team the one that its route named, which stays when somebody moves the episode.
ALTER TABLE episodes ADD COLUMN route_team TEXT;
UPDATE episodes SET route_team = team WHERE priority IS NOT NULL;
