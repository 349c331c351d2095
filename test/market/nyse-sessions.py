"""Writes nyse-sessions.csv: every session of the New York Stock Exchange from 2015 to 2027, in UTC.

Run it with the package exchange-calendars: pip install exchange-calendars==4.13.2
"""

from importlib.metadata import version
from pathlib import Path

import exchange_calendars

calendar = exchange_calendars.get_calendar("XNYS", start="2015-01-01", end="2027-12-31")
lines = [
    f"# XNYS of exchange-calendars {version('exchange-calendars')}, written by nyse-sessions.py",
    "day,opens_at,closes_at",
]
for day, row in calendar.schedule.iterrows():
    instants = [row[name].strftime("%Y-%m-%dT%H:%M:%SZ") for name in ("open", "close")]
    lines.append(",".join([day.strftime("%Y-%m-%d"), *instants]))
Path(__file__).with_suffix(".csv").write_text("\n".join(lines) + "\n")
