"""Which words a page shows: to find what is in the wrong language."""

import re
from collections.abc import Iterable

from playwright.sync_api import Page

from tests.browser.chromium import Language

# Letters that Chinese pages keep as they are: file types, grades, terms and units without another name.
LATIN_IN_CHINESE = {
    *("PDF", "CSV", "XLSX", "PNG", "JPEG", "JSON", "SHA", "UTF", "NDA", "KYC", "ID", "IP", "MB", "KB", "GB"),
    *("WebP", "Word", "Excel", "PowerPoint"),
    *("L1", "L2", "L3", "L4", "PIPL", "Sealroom", "English", "AES", "SM4", "GCM", "UTC"),
    *("Chrome", "Linux", "PIN", "sequencer", "MAD", "OCSF", "SIEM", "Syslog", "TLS", "Webhook", "Tor"),
}
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
# Of no language: the end of an identifier, a masked value, the name or type of a file, a national standard,
# an e-mail address, a company's name, the login and the database that a stall of the log is laid to (the
# test process beside this one can be what holds it up).
_NEUTRAL = re.compile(
    r"(?<![0-9A-Za-z])[0-9a-f]{8}(?![0-9A-Za-z])|\S*\*\S*|\.(?:pdf|png|xlsx)\b|GB/T \d+|NIST SP 800-38D"
    r"|verify_evidence\.py|manifest\.note|[\w.]+@[\w.]+|sealroom_\w+|test_gw\d|U盾|[\u4e00-\u9fff]+有限公司"
)
_HAN = re.compile(r"[\u4e00-\u9fff]+")

# Text and spoken or hovering words of all that can be seen once every <details> is open. Not looked at:
# codes, masks, times, names of time zones, and what is marked as being in a language of its own.
_WORDS = """() => {
  const shut = [...document.querySelectorAll("details:not([open])")];
  for (const details of shut) details.open = true;
  const own = document.documentElement.lang;
  const apart =
    "script,style,noscript,svg,code,pre,time,kbd,.mask-text,[aria-hidden=true],option[value*='/']";
  const skip = element => element.closest(apart)
    || element.closest("[lang]").lang !== own || element.closest("[translate=no]");
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    const seen = element.tagName === "OPTION" || element.checkVisibility();
    if (text && seen && !skip(element)) found.push(text);
  }
  for (const element of document.querySelectorAll("[aria-label],[title],[placeholder],[alt],optgroup[label]"))
    if (!skip(element))
      for (const name of ["aria-label", "title", "placeholder", "alt", "label"])
        if (element.getAttribute(name)) found.push(element.getAttribute(name));
  found.push(document.title);
  for (const details of shut) details.open = false;  // else an open menu lies over what is clicked next
  return found;
}"""


def foreign_words(page: Page, language: Language, told: Iterable[str]) -> list[str]:
    """Texts of the page in another language than its own; `told` is what people wrote, in any language."""
    texts: list[str] = page.evaluate(_WORDS)
    known = sorted(told, key=len, reverse=True)
    return sorted({text for text in texts if _is_foreign(text, language, known)})


def _is_foreign(text: str, language: Language, known: Iterable[str]) -> bool:
    for words in known:
        text = text.replace(words, "")
    text = _NEUTRAL.sub("", text)
    if language == "en":
        return bool(_HAN.search(text))
    return any(word not in LATIN_IN_CHINESE for word in _LATIN.findall(text))
