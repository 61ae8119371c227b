"""The API over HTTP: every command and every projection, for portals and for people's tools."""
