import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.report.html import to_html
from assessment.report.json import from_json, to_json
from tests.assessment import worlds
from tests.assessment.reports import everything, example, written
from tests.assessment.test_report import report

VOID = {"meta", "br"}
FETCHING = {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "base", "form"}
FETCHING_ATTRIBUTES = {"src", "srcset", "action", "data", "poster", "background", "ping"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></svg></details><h1>mine</h1>",
    "{{ 7*7 }}{% raw %}",
    "| a | @everyone #1 [x](https://x.example)",
    "&lt;b&gt; &amp;",
    "word" * 500,
]


class Page(HTMLParser):
    """A page as tests look at it: its elements, its text, and that every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.headings, self.words = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            self.headings[-1] += data

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def attributes(self, name):
        return [found[name] for _, found in self.elements if name in found]


def page(made):
    return Page(to_html(made))


def test_the_heading_says_level_and_target():
    wanted = "churn stands at level\xa00 and should go to level\xa01."
    assert page(example("churn")).headings[0] == wanted


def test_a_reached_target_needs_no_more():
    made = example("churn")
    level = made.level.model_copy(update={"confirmed": 1, "possible": 1})
    shown = page(made.model_copy(update={"level": level}))
    assert shown.headings[0] == "churn stands at level\xa01 and needs no more."
    assert "Level 1 is enough: there is no next step." in shown.text


def test_a_quick_estimate_says_so():
    shown = page(example("recommender", quick=True))
    assert "by a quick estimate" in shown.headings[0]


def test_the_page_leads_from_the_level_to_the_answers():
    text = page(everything()).text
    marks = [
        "forecasts stands at",
        "Level 1: DevOps, no MLOps",
        "How far to go",
        "What keeps level 2 away",
        "The road to level 2",
        "By dimension",
        "Since the assessment of 2026-02-03",
        "Where people disagree",
        "Read the level together with this",
        "Earlier assessments",
        "What to type next",
        "All questions and answers",
        "About this report",
    ]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_sections_without_content_are_absent():
    text = page(report(worlds.answers({}))).text
    for absent in ("Since the assessment", "Where people disagree", "Earlier assessments"):
        assert absent not in text
    assert "No target yet" in text


def test_the_ladder_marks_where_one_stands_could_stand_and_should_go():
    marks = re.findall(r'class="mark (\w+)">([^<]*)<', to_html(example("recommender")))
    assert marks == [("today", "today"), ("possible", "possible"), ("target", "target")]
    steps = re.findall(
        r'<li class="(\w+)">\s*<span class="marks">', to_html(example("recommender"))
    )
    assert steps == ["reached"] * 3 + ["possible"] * 2


def test_an_approval_stands_at_the_target():
    assert ">target 3+<" in to_html(example("credit"))


def test_the_chart_has_a_cell_for_each_level_of_the_table():
    made = example("recommender")
    chart = re.search(r'<svg class="chart".*?</svg>', to_html(made), re.DOTALL)[0]
    asked = [(one, level) for one in made.dimensions for level in one.asked]
    confirmed = sum(level <= one.confirmed for one, level in asked)
    possible = sum(one.confirmed < level <= one.possible for one, level in asked)
    assert chart.count('class="cell-confirmed"') == confirmed
    assert chart.count('class="cell-possible"') == possible == 2
    assert 'role="img"' in chart
    row = '<th scope="row">Release</th><td>2</td><td>3, 4</td><td>none</td><td>4</td>'
    assert row in to_html(made)


def test_the_road_names_what_layers_bring():
    text = page(example("churn")).text
    assert "brought by ci" in text
    assert "bring ci (tests and release by CI), which closes C2, C1, C5." in text


def test_every_item_stands_with_its_answer_evidence_and_note():
    made = example("churn")
    text = page(made).text
    for item in made.items:
        assert item.question in text
        assert item.why in text
        assert item.good in text
    assert "requirements.txt" in text
    assert "the tests of the features run when somebody thinks of it" in text


def test_what_people_disagree_on_names_them_unless_left_out():
    made = everything()
    assert "Grace: The pipeline does" in page(made).text
    contested = made.disagreements[0]
    votes = tuple(vote.model_copy(update={"person": None}) for vote in contested.votes)
    silent = contested.model_copy(update={"votes": votes})
    text = page(made.model_copy(update={"people": (), "disagreements": (silent,)})).text
    assert "Grace" not in text
    assert "3 The pipeline does" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_stays_text(text):
    plain, made = page(written("plain")), page(written(text))
    assert [tag for tag, _ in made.elements] == [tag for tag, _ in plain.elements]
    assert not [name for _, found in made.elements for name in found if name.startswith("on")]
    assert text in made.text


def test_signs_that_nobody_sees_are_dropped():
    text = to_html(written("a\x00b\x1b[31mc\u202ed\u2066e\x85f"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "a b [31mc d e f" in text


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.example",
        "https:",
        "https://[x",
        "https://x.example/ javascript:1",
        "file:///etc/passwd",
        "java\nscript:alert(1)",
    ],
)
def test_only_addresses_of_the_web_become_links(text):
    assert page(written(text)).all("a") == []


def test_a_source_on_the_web_is_a_link_that_tells_nobody_where_it_was_followed():
    address = "https://x.example/a?b=1&c=2"
    assert page(written(address)).all("a") == [{"href": address, "rel": "noreferrer"}]


def test_the_page_asks_nothing_of_the_network():
    text = to_html(everything())
    shown = Page(text)
    assert not FETCHING & {tag for tag, _ in shown.elements}
    assert not FETCHING_ATTRIBUTES & {name for _, found in shown.elements for name in found}
    assert set(re.findall(r"url\([^)]*\)", text)) == {"url(#hatch)"}
    assert "@import" not in text
    assert shown.all("meta")[1]["content"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'"
    )


@given(worlds.sets, st.none() | worlds.facts, worlds.profiles, st.booleans())
def test_every_page_is_well_formed_and_ordered(given_answers, facts, profile, quick):
    shown = page(report(given_answers, facts, profile=profile, quick=quick))
    ranks = [int(tag[1]) for tag, _ in shown.elements if re.fullmatch("h[1-6]", tag)]
    assert ranks.count(1) == 1
    assert ranks[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(ranks))
    names = shown.attributes("id")
    assert len(names) == len(set(names))
    pointed = {name for value in shown.attributes("aria-labelledby") for name in value.split()}
    assert pointed <= set(names)
    assert "None" not in shown.text


def test_tables_have_captions_and_scopes():
    shown = page(everything())
    assert len(shown.all("table")) == len(shown.all("caption")) == 2
    assert all(cell["scope"] in {"row", "col"} for cell in shown.all("th"))


def test_a_page_can_be_made_from_the_json():
    made = everything()
    assert to_html(from_json(to_json(made), "report.json")) == to_html(made)
