"""A feed for other systems: every standing event as a CloudEvent, at least once and in order."""
