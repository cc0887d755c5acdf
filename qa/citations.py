"""Citations: one line that a person can paste."""

from index import Document, Locator

_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def cite(document: Document, locator: Locator) -> str:
    """Author, “Title”, date, place; parts that are not known are left out."""
    parts = [
        document.author,
        f"“{document.name}”",
        spoken_date(document.date) if document.date else None,
        locator.text,
    ]
    return ", ".join(part for part in parts if part) + "."


def spoken_date(date: str) -> str:
    """An ISO 8601 date, as far as it goes, as people write it: 22 September 2020."""
    year, _, rest = date.partition("-")
    month, _, day = rest.partition("-")
    if not (month.isdigit() and 1 <= int(month) <= len(_MONTHS)):
        return date
    spoken = f"{_MONTHS[int(month) - 1]} {year}"
    return f"{int(day)} {spoken}" if day.isdigit() else spoken
