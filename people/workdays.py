"""Working days of the house: Monday to Friday, less public holidays, and the weekend days worked for them.

Source: the State Council's yearly notices (国务院办公厅关于部分节假日安排的通知), as the package `holidays`
keeps them. For a year whose notice it does not hold yet, the days that 全国年节及纪念日放假办法 fixes count,
without the weekends worked for them; so bring the package up to date in December.
"""

from datetime import date, timedelta

import holidays

_CALENDAR = holidays.country_holidays("CN")  # fills itself, a year at a time


def is_rest(day: date) -> bool:
    """Whether nobody is expected at work on this day."""
    return not _CALENDAR.is_working_day(day)


def after(day: date, count: int) -> date:
    """The working day on which so many have passed, the day itself not counted."""
    while count:
        day += timedelta(days=1)
        count -= not is_rest(day)
    return day
