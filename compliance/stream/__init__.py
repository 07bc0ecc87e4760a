"""The log, streamed to the house's own monitoring (SIEM) as OCSF events."""
