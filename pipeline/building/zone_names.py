"""Time zones as ticket systems write them -> names of the zone database."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

RAILS = {
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago",
    "Eastern Time (US & Canada)": "America/New_York",
    "Atlantic Time (Canada)": "America/Halifax",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Arizona": "America/Phoenix",
    "Alaska": "America/Juneau",
    "Hawaii": "Pacific/Honolulu",
    "Brasilia": "America/Sao_Paulo",
    "Bern": "Europe/Zurich",
    "Edinburgh": "Europe/London",
    "Kyiv": "Europe/Kiev",
    "St. Petersburg": "Europe/Moscow",
    "Astana": "Asia/Almaty",
    "Beijing": "Asia/Shanghai",
    "Mumbai": "Asia/Kolkata",
    "Chennai": "Asia/Kolkata",
    "New Delhi": "Asia/Kolkata",
    "Osaka": "Asia/Tokyo",
    "Hanoi": "Asia/Bangkok",
    "Abu Dhabi": "Asia/Muscat",
    "Canberra": "Australia/Melbourne",
    "Wellington": "Pacific/Auckland",
}
"""Names of Ruby on Rails, which Zendesk uses, that are not a city of the zone database."""


def iana_name(name: str) -> str | None:
    """The zone database's name, or None for a zone nobody knows. A bare city stands for its zone."""
    if name in RAILS:
        return RAILS[name]
    city = name.replace(" ", "_")
    zones = available_timezones()
    found = name if name in zones else next((z for z in sorted(zones) if z.rpartition("/")[2] == city), None)
    return ZoneInfo(found).key if found else None
