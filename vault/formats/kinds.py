"""Whether a client is a person or a company, by what is known of it."""

import re
from collections.abc import Mapping

from vault.formats import names

PERSON, COMPANY = "person", "company"
# Longer than people's names, and without the dot between their parts.
_NO_PERSONS_NAME = re.compile(r"[\u4e00-\u9fff]{5,}")


def kind_of(values: Mapping[str, str], said: str = "") -> str:
    """What a client with these normalised values is, for whoever said `said` (or nothing).

    A company shows by its name; a credit code helps only a long Chinese name without a person's number, since
    any number with the right check digit looks like one. Saying so alone makes nobody a company: its data
    count less than a person's under the interpretation of 2017, art. 5, and its name is masked less. Who says
    person is believed.
    """
    if said == PERSON:
        return PERSON
    name = values.get("name", "")
    coded = bool(values.get("credit_code")) and not values.get("id_number")
    shows = names.is_company(name) or (coded and _NO_PERSONS_NAME.fullmatch(name) is not None)
    return COMPANY if shows else PERSON
