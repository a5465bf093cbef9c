import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assessment.report.json import from_json, to_json
from assessment.report.markdown import LARGEST, to_markdown
from tests.assessment import worlds
from tests.assessment.reports import everything, example, written
from tests.assessment.test_report import report

LIMIT_OF_GITHUB = 65_536
READER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
HOSTILE = [
    "@everyone and @org/team, mail a@b.example",
    "#1 and org/repo#23 and GH-7",
    "https://x.example/issues/1 and www.x.example",
    "[x](https://x.example) ![x](https://x.example/x.png)",
    "<script>alert(1)</script><img src=x>",
    "</summary></details><details>",
    '"><img',
    "| a | b |",
    "\\| a \\\\| b",
    "`a` ``b` <!-- c",
    "*a* **b** _c_ __d__ ~~e~~ $f$",
    "# a\n## b\n\n- c\n1. d\n> e\n```\nf\n---\n",
    "/close",
    "&lt;b&gt; &#64;everyone",
    ":tada: !1 ~label %2 &3",
    "[1]: https://x.example",
    "word" * 5000,
    "{{ 7*7 }}",
    "a\x00b\x1b[31mc\u202ed",
]


def pieces(text):
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def shape(text):
    """What Markdown sees in a text, without the words."""
    return [
        (one.type, one.tag, one.markup) for one in pieces(text) if one.type not in "text softbreak"
    ]


def words(text):
    """What a reader sees, by pieces that a host would look at."""
    return [one.content for one in pieces(text) if one.type == "text"]


def test_the_first_lines_say_level_target_and_what_is_next():
    first = to_markdown(example("churn")).partition("<details>")[0]
    assert first.startswith("## churn stands at level 0 and should go to level 1\n")
    row = "| **Level 0** of 4: No MLOps | **Level 1**: DevOps, no MLOps | Next step: level 1 |"
    assert row in first
    assert "Why level 1: somebody depends on it." in first
    assert "- **C2** Let the release job depend on the tests" in first
    assert len(first) < 1500


def test_the_interval_stands_beside_the_level():
    text = to_markdown(example("recommender"))
    assert "**Level 2** of 4 (possible 4)" in text
    assert "| Release | - | ● | ◐ | ◐ | 4 |" in text


def test_a_quick_estimate_says_so():
    assert "of 4, quick estimate: " in to_markdown(example("recommender", quick=True))


def test_every_section_can_be_unfolded():
    titles = re.findall("<summary>(.*)</summary>", to_markdown(everything()))
    assert titles == [
        "What level 1 means",
        "What keeps the next level away",
        "Why level 2",
        "The road",
        "By dimension",
        "What changed",
        "Where people disagree",
        "Read the level together with this",
        "Earlier assessments",
        "What to type next",
        "All answers",
    ]


def test_sections_without_content_are_absent():
    titles = re.findall("<summary>(.*)</summary>", to_markdown(report(worlds.answers({}))))
    assert {"What changed", "Where people disagree", "Earlier assessments"}.isdisjoint(titles)
    assert not [title for title in titles if title.startswith("Why")]


def test_the_sections_hold_what_the_report_holds():
    text = to_markdown(everything())
    for part in (
        "- **Who presses the button:** CI for software",
        "  - **Now:** Into a sheet, file names or local logs",
        "(several-models&#58; models &#62;= 2; Google Cloud, MLOps levels)",
        "- **Level 2, Automated training:** T1, L2",
        "**Since the assessment of 2026-02-03:** level 0 to",
        "  - **Grace:** (3) The pipeline does",
        "- **Not applicable:** D4 (sales figures only",
        "- **regulation** is not known; it decides on D4, G1",
        "- **2026-02-03:** level 0 (possible 2), target 3+, quick estimate, commit 4f2a9c1e77b0",
        "mlops-maturity new NAME --level",
        "**Evidence:** .github/workflows/test.yml",
    ):
        assert part in text


def test_layers_are_named_with_what_they_close():
    text = to_markdown(example("churn"))
    assert "`new` and `upgrade` bring ci, which closes C2, C1, C5" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_stays_text(text):
    made = to_markdown(written(text))
    assert shape(made) == shape(to_markdown(written("plain")))
    shown = "".join(words(made)).replace("\u200b", "")
    visible = "".join(sign if sign.isprintable() else " " for sign in text)
    assert " ".join(visible.split())[:50] in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_nobody_is_called_and_nothing_is_referred_to(text):
    for piece in words(to_markdown(written(text))):
        assert not re.search(r"[@#!~%&$]\w|://|www\.\w|\bGH-\d|:\w+:", piece, re.IGNORECASE)


@given(st.text(max_size=300))
def test_any_text_stays_text(text):
    made = written(text.strip() or "plain")
    assert shape(to_markdown(made)) == shape(to_markdown(written("plain")))


def test_no_link_image_or_foreign_element_is_ever_made():
    for text in HOSTILE:
        kinds = {one.type for one in pieces(to_markdown(written(text)))}
        assert kinds.isdisjoint({"link_open", "image", "code_block"})
        html = {
            one.content.strip() for one in pieces(to_markdown(written(text))) if "html" in one.type
        }
        assert all(
            re.fullmatch(r"<br>|</details>|<details>\n<summary>.*</summary>", one) for one in html
        )


def test_a_command_cannot_leave_its_block():
    made = example("churn").model_copy(update={"next": ("a\n```\n@everyone ````",)})
    blocks = [one for one in READER.parse(to_markdown(made)) if one.type == "fence"]
    assert [one.content for one in blocks] == ["a ``` @everyone ````\n"]


def test_a_long_report_names_what_it_leaves_out():
    made = written("@" * 1000)
    answer = made.items[0].answer
    items = tuple(item.model_copy(update={"answer": answer}) for item in made.items)
    text = to_markdown(made.model_copy(update={"items": items}))
    assert len(text.encode()) < LARGEST + 500 < LIMIT_OF_GITHUB
    assert text.endswith("Left out for length: All answers.")


@given(worlds.sets, st.none() | worlds.facts, worlds.profiles, st.booleans())
def test_every_report_is_small_and_complete(given_answers, facts, profile, quick):
    text = to_markdown(report(given_answers, facts, profile=profile, quick=quick))
    assert len(text) < LIMIT_OF_GITHUB / 2
    assert "Left out" not in text
    assert "None" not in text
    assert text.count("<details>") == text.count("</details>")


def test_markdown_can_be_made_from_the_json():
    made = everything()
    assert to_markdown(from_json(to_json(made), "report.json")) == to_markdown(made)
