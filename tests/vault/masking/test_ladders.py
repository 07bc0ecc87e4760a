"""Two masks of one value, seen at different times or places, show no more than the weaker alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vault.formats.test_identity import resident_ids
from vault.masking.grades import STRENGTH_OF, Grade, Strength
from vault.masking.masks import MASKS, PUBLIC_BY_LAW, mask

texts = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40)
values = st.one_of(
    texts,
    resident_ids(),
    st.from_regex(r"\+86(1[3-9][0-9]{9}|10[2-9][0-9]{7})", fullmatch=True),
    st.from_regex(r"\+(852|853|1)[2-9][0-9]{6,9}", fullmatch=True),
    st.from_regex(r"[0-9]{8,30}", fullmatch=True),
    st.from_regex(r"[A-Z0-9]{18}", fullmatch=True),
    st.builds("{}@{}".format, texts, st.sampled_from(["qq.com", "163.com", "zhangsan.cn"])),
    st.builds("{}{}".format, st.sampled_from(["广东省深圳市", "北京市", "香港", "深圳市"]), texts),
    st.builds("{} {}".format, texts, texts),
)


def ends(shown: str) -> tuple[str, str]:
    """What stands before the first star and after the last; a mask shows nothing else."""
    return (shown, shown) if "*" not in shown else (shown.partition("*")[0], shown.rpartition("*")[2])


@settings(max_examples=60)  # the first place loads the register of places
@given(st.sampled_from([*MASKS, "no such field"]), values, st.sampled_from(list(Strength)))
def test_a_stronger_mask_shows_a_part_of_the_weaker(field: str, value: str, weaker: Strength) -> None:
    head, tail = ends(mask(field, value, weaker))
    for stronger in Strength:
        if stronger > weaker:
            shown_head, shown_tail = ends(mask(field, value, stronger))
            if "…" in mask(field, value, stronger):
                assert mask(field, value, stronger) == mask(field, value, weaker)
                continue
            assert head.startswith(shown_head)
            assert tail.endswith(shown_tail)


@settings(max_examples=40)
@given(st.sampled_from(sorted(set(MASKS) - PUBLIC_BY_LAW)), values)
def test_what_is_not_public_by_law_is_masked_at_every_strength(field: str, value: str) -> None:
    assert mask(field, value, Strength.SHOWN) == mask(field, value, Strength.CUSTOMARY)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "张三", "****"),
        ("id_number", "110105199001011234", "****"),
        ("phone", "+8613812341234", "****1234"),
        ("phone", "+85291234567", "****4567"),
        ("email", "zhang@qq.com", "****"),
        ("address", "广东省深圳市南山区科技园1号", "****"),
        ("bank_account", "6222021234567890", "****7890"),
        ("credit_code", "91110000600037341L", "****341L"),
        ("company_name", "某某有限公司", "****"),
        ("birth_date", "1990-01-01", "****-**-**"),
        ("notes", "欠款人", "…"),
    ],
)
def test_the_strongest_masks_only_tell_records_apart(field: str, value: str, shown: str) -> None:
    assert mask(field, value, Strength.LEAST) == shown


def test_a_higher_grade_never_masks_less() -> None:
    strengths = [STRENGTH_OF[grade] for grade in sorted(Grade)]
    assert strengths == sorted(strengths)
