"""Fields and their errors reach everybody: by words, by place, by name."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

FIELD = "{% from 'macros/forms.html' import field %}{{ field(form[name]) }}"
SUMMARY = "{% from 'macros/forms.html' import form_errors %}{{ form_errors(form) }}"


class Person(Form):
    name = StringField("Name", [InputRequired("Enter a name.")], description="As on the certificate")
    password = PasswordField("Password", [InputRequired("Enter a password.")])
    country = SelectField(
        "Country",
        [InputRequired("Choose a country.")],
        choices=[SelectChoice("", "Choose"), SelectChoice("sn", "Senegal")],
    )
    role = RadioField(
        "Role",
        [InputRequired("Choose a role.")],
        choices=[SelectChoice("t", "Trainee"), SelectChoice("i", "Instructor")],
    )
    rules = BooleanField("I know the rules", [InputRequired("Tick this box.")], description="Read them any time")
    note = TextAreaField("Note", [InputRequired("Write a note.")])


NAMES = ["name", "password", "country", "role", "rules", "note"]


@pytest.fixture
def failed() -> Person:
    form = Person(MultiDict({"name": ""}))
    assert not form.validate()
    return form


@pytest.mark.parametrize("name", NAMES)
def test_an_error_is_joined_to_its_control(render, failed: Person, name: str) -> None:
    tree = render(FIELD, form=failed, name=name)
    described = " ".join(tree.xpath(".//*[@aria-describedby]/@aria-describedby")).split()
    texts = [tree.get_element_by_id(i).text_content() for i in described]
    assert failed[name].errors[0] in " ".join(texts)


@pytest.mark.parametrize("name", ["name", "rules"])
def test_a_hint_is_joined_to_its_control(render, name: str) -> None:
    tree = render(FIELD, form=Person(), name=name)
    assert tree.xpath(".//input/@aria-describedby") == [f"{name}-hint"]
    assert tree.get_element_by_id(f"{name}-hint").text_content() == Person()[name].description


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_label(render, name: str) -> None:
    tree = render(FIELD, form=Person(), name=name)
    controls = tree.xpath(".//input/@id | .//select/@id | .//textarea/@id")
    assert controls and set(controls) <= set(tree.xpath(".//label/@for"))


def test_a_field_in_error_says_so(render, failed: Person) -> None:
    assert render(FIELD, form=failed, name="name").xpath(".//input/@aria-invalid") == ["true"]


def test_a_field_without_error_does_not(render) -> None:
    assert render(FIELD, form=Person(), name="name").xpath(".//@aria-invalid") == []


@pytest.mark.parametrize("name", NAMES)
def test_the_summary_links_to_each_field_with_the_same_words(render, failed: Person, name: str) -> None:
    links = {a.get("href"): a.text_content() for a in render(SUMMARY, form=failed).xpath(".//a")}
    assert links[f"#{name}"] == failed[name].errors[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_links_of_the_summary_have_a_target(render, failed: Person, name: str) -> None:
    assert render(FIELD, form=failed, name=name).xpath(f".//*[@id='{name}']")


def test_a_form_without_errors_has_no_summary(render) -> None:
    assert render(SUMMARY, form=Person()).xpath("./*") == []


def test_what_was_typed_is_escaped(render) -> None:
    form = Person(MultiDict({"name": '"><script>x</script>'}))
    assert render(FIELD, form=form, name="name").xpath(".//script") == []


def test_a_posted_form_carries_the_token(render) -> None:
    tree = render("{% import 'macros/forms.html' as f %}{% call f.form() %}{% endcall %}")
    assert tree.xpath(".//input[@name='csrf_token']/@value") == ["token"]
