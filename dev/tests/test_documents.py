"""What the documents name is there: files, sentences of the screens, pictures of the app pages."""

import re

import pytest

from dev import paths

FOLDER = paths.CHECKOUT
DOCUMENTS = [FOLDER / "README.md", *sorted((FOLDER / "doc").glob("*.md"))]
REFUSALS = "## When something is refused"
ANYTHING = "…"  # what stands for a name or an amount


def told():
    """The sentences that the README says a screen may tell."""
    section = (FOLDER / "README.md").read_text().partition(REFUSALS)[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| .+ \|$", section, re.MULTILINE)
    return [sentence for row in rows if row != "it says" for sentence in row.split(" / ")]


def known():
    """Every sentence of the addons, with what is filled in left open."""
    sentences = set()
    for template in FOLDER.glob("**/i18n/*.pot"):
        for entry in template.read_text().split("\n\n"):
            found = re.search(r"^msgid (.*?)^msgstr", entry, re.DOTALL | re.MULTILINE)
            if found:
                text = "".join(re.findall(r'"(.*)"', found[1]))
                sentences.add(normalized(re.sub(r"%(\(\w+\))?(\.\df|[sd])", ANYTHING, text)))
    return sentences


def normalized(sentence):
    sentence = sentence.replace("%%", "%").replace(r"\n", "").replace(r"\"", '"')
    return re.sub(rf"\s*{ANYTHING}\s*", ANYTHING, sentence)


def without_figures(sentence):
    return re.sub(r"\b\d+\b", ANYTHING, sentence)


def test_what_the_readme_says_a_screen_tells_is_what_it_tells():
    sentences = told()
    assert len(sentences) > 50
    there = known()
    wrong = [
        sentence
        for sentence in sentences
        if not {normalized(sentence), normalized(without_figures(sentence))} & there
    ]
    assert not wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_the_files_that_a_document_names_exist(document):
    text = document.read_text()
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    names = re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+\.\w+)?)`", text)
    assert links or names or document.name == "cashier.md"
    wrong = [link for link in links if not (document.parent / link).exists()]
    wrong += [name for name in names if not (FOLDER / name).exists()]
    assert not wrong


@pytest.mark.parametrize("addon", list(paths.addons()))
def test_the_page_of_an_addon_shows_what_comes_with_it(addon):
    folder = paths.addons()[addon] / "static" / "description"
    assert (folder / "icon.png").read_bytes().startswith(b"\x89PNG")
    page = (folder / "index.html").read_text()
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page), (
        "Nothing is fetched from elsewhere"
    )
    pictures = re.findall(r"src=\"([^\"]+)\"", page)
    assert [name for name in pictures if not (folder / name).exists()] == []
