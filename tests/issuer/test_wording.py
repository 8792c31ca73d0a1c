"""The grammar of a sentence: fields and vanishing parts, and nothing that could be a program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.kinds import KINDS
from issuer.wording import InvalidWording, Run, check, fields, render

VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda v: v.strip())
CODE = st.sampled_from(["{{7*7}}", "{0.__class__}", "${x}", "%s", "%(name)s", "[[a]]", "{{name}}", "]", "{%x%}", "{{"])


def text(template, **values):
    return "".join(run.text for run in render(template, values))


@given(value=st.one_of(VALUES, CODE))
def test_a_value_is_printed_as_it_is_whatever_it_looks_like(value):
    assert text("Per {{name}}, oggi.", name=value) == f"Per {value}, oggi."


@given(
    filled=st.sets(st.sampled_from(["place", "hours", "grade", "role"])),
    template=st.sampled_from(
        [
            "{{name}} was there[, {{place}}][, for {{hours}} hours][, result {{grade}}].",
            "{{name}} [of {{place}} ]came [as {{role}}] to it.",
            "[{{role}}, ]{{name}}, {{place}}, {{hours}}.",
            "[In {{place}}: ]{{name}}; {{grade}}, {{hours}}",
            "{{name}} ({{role}}), [{{grade}}] and [{{place}}, ]{{hours}}",
        ]
    ),
)
def test_what_vanishes_leaves_neither_double_spaces_nor_stray_commas(filled, template):
    printed = text(template, name="Ada", **dict.fromkeys(filled, "X"))

    assert "  " not in printed
    assert printed == printed.strip(" ,;:")
    assert not any(pair in printed for pair in (" ,", ",,", ", .", ",.", " .", ", ,", ";,", ": ;"))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        pytest.param({"place": "Milano", "hours": "2,5"}, "Ada attended E, D, Milano, for 2,5 hours.", id="all"),
        pytest.param({"place": "Milano"}, "Ada attended E, D, Milano.", id="no hours"),
        pytest.param({"hours": "3"}, "Ada attended E, D, for 3 hours.", id="no place"),
        pytest.param({}, "Ada attended E, D.", id="neither"),
        pytest.param({"place": "  "}, "Ada attended E, D.", id="a blank is empty"),
    ],
)
def test_a_part_vanishes_when_a_field_inside_is_empty(values, sentence):
    assert text(KINDS["attendance"].wording["en"], name="Ada", event="E", date="D", **values) == sentence


def test_event_and_achievement_are_strong_and_every_run_knows_its_field():
    assert render("{{name}} a {{event}}.", {"name": "Ada", "event": "Sera"}) == (
        Run("Ada", strong=False, field="name"),
        Run(" a "),
        Run("Sera", strong=True, field="event"),
        Run("."),
    )


@pytest.mark.parametrize(
    ("template", "codes"),
    [
        pytest.param("{{name}}[, {{place}}]", [], id="sound"),
        pytest.param("{{ name }} ha {braces} and 100%", [], id="single braces are words"),
        pytest.param("{{nome}}", ["wording_unknown_field"], id="unknown"),
        pytest.param("{{name", ["wording_unbalanced_braces"], id="open braces"),
        pytest.param("name}}", ["wording_unbalanced_braces"], id="closed braces"),
        pytest.param("{{name}} [x", ["wording_unbalanced_brackets"], id="open bracket"),
        pytest.param("{{name}} x]", ["wording_unbalanced_brackets"], id="closed bracket"),
        pytest.param("{{name}} [a [b]]", ["wording_nested_brackets", "wording_unbalanced_brackets"], id="nested"),
        pytest.param("{{name.__class__}}", ["wording_unknown_field"], id="attribute"),
        pytest.param("{{7*7}}", ["wording_unknown_field"], id="expression"),
        pytest.param("{{ cycler.__init__.__globals__.os.popen('id').read() }}", ["wording_unknown_field"], id="F2"),
        pytest.param("   ", ["wording_empty"], id="empty"),
    ],
)
def test_check_tells_every_fault_of_a_wording(template, codes):
    assert check(template, {"name", "place"}) == codes


@given(template=st.text(alphabet="{}[] ,.na"))
def test_a_template_is_rendered_or_refused_and_check_says_which(template):
    faulty = bool(set(check(template, {"n", "a", "na", "an", ""})) - {"wording_empty", "wording_unknown_field"})
    try:
        render(template, {})
    except InvalidWording:
        assert faulty
    else:
        assert not faulty


def test_the_fields_of_a_wording_are_told_in_its_order():
    assert fields("{{b}} {{a}} [{{b}} {{Company Name}}]") == ("b", "a", "Company Name")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_the_wording_of_every_kind_is_sound(kind, language):
    assert check(kind.wording[language], kind.fields) == []
    assert set(kind.required) <= set(fields(kind.wording[language]))
