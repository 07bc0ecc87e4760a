"""Strategies for the ways in which people type one and the same number."""

from hypothesis import strategies as st

_SEPARATORS = st.sampled_from(["", "", "", " ", "-", "\u00a0", "\u3000", "\u2013", "\u200b", "\u202c"])


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@st.composite
def typed(draw: st.DrawFn, number: str) -> str:
    """`number` with separators anywhere, in lower case or full width."""
    text = "".join(character + draw(_SEPARATORS) for character in number)
    text = draw(st.sampled_from([text, text.lower(), full_width(text)]))
    return draw(st.sampled_from(["", " ", "\u3000", "\ufeff"])) + text
