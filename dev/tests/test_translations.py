"""Every term is translated into every language we ship, with its placeholders."""

import re

import polib
import pytest

from dev import paths

LANGUAGES = ("ar", "de", "es", "fr", "pt_BR")
# What a sentence is filled in with, and markup: as often in the translation as in the term.
MARKS = re.compile(r"%\(\w+\)\.?\d*[a-z]|%[sd%]|<[^>]+>|\{\{[^}]*\}\}|\$\{[^}]*\}")


def read(addon, name):
    return polib.pofile(str(paths.addons()[addon] / "i18n" / name))


def edges(text):
    """Whether it is put together with something before or behind it. (French has a space of its own
    before a colon.)"""
    return text[0] in " \n", text[-1] in " \n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("addon", list(paths.addons()))
def test_every_term_is_translated_with_its_placeholders(addon, language):
    terms = {entry.msgid for entry in read(addon, f"{addon}.pot")}
    translation = {entry.msgid: entry.msgstr for entry in read(addon, f"{language}.po")}
    assert terms
    assert set(translation) == terms, "make terms"
    assert [term for term, said in translation.items() if not said.strip()] == []
    wrong = {
        term: said
        for term, said in translation.items()
        if sorted(MARKS.findall(term)) != sorted(MARKS.findall(said)) or edges(term) != edges(said)
    }
    assert wrong == {}


@pytest.mark.parametrize("addon", list(paths.addons()))
def test_there_is_no_other_language_half_done(addon):
    found = {file.stem for file in (paths.addons()[addon] / "i18n").glob("*.po")}
    assert found == set(LANGUAGES)
