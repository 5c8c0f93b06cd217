"""What the documents name is there: files, sentences of the screens, pictures of the app pages."""

import re

import pytest
from PIL import Image

from dev import paths, pictures, screens
from dev.database import manifest

FOLDER = paths.CHECKOUT
DOCUMENTS = [FOLDER / "README.md", *sorted((FOLDER / "doc").glob("*.md"))]
REFUSALS = "## When something is refused"
ANYTHING = "…"  # what stands for a name or an amount
NOT_SCREENS = ("banner.png", "icon.png")
MOST_BYTES = 1_500_000  # of all pictures together: a clone is to stay small


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
    links += re.findall(r"src=\"([^\"]+)\"", text)
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


@pytest.mark.parametrize("addon", list(paths.addons()))
def test_an_addon_has_the_banner_that_the_app_store_shows(addon):
    named = manifest(paths.addons()[addon])["images"]
    assert named == ["static/description/banner.png"]
    with Image.open(paths.addons()[addon] / named[0]) as banner:
        assert banner.width == 2 * banner.height >= 560


def test_one_command_renews_every_picture_that_is_shown():
    published = {
        pictures.folder(picture.addon) / f"{shot}.png"
        for picture in pictures.PUBLISHED
        for shot in picture.shots
    }
    kept = {
        file
        for addon in paths.addons()
        for kind in ("*.png", "*.jpg", "*.webp", "*.gif")
        for file in pictures.folder(addon).glob(kind)
        if file.name not in NOT_SCREENS
    }
    assert kept == published
    pages = [*DOCUMENTS, *(pictures.folder(addon) / "index.html" for addon in paths.addons())]
    shown = "".join(page.read_text() for page in pages)
    assert [file.name for file in kept if file.name not in shown] == []


def test_each_published_picture_is_taken_by_a_scene():
    taken = [
        shot
        for scene in screens.SCENES
        for size in scene.sizes
        for shot in screens.shots(scene, screens.SIZES[size])
    ]
    assert sorted(taken) == sorted(set(taken))
    assert {shot for picture in pictures.PUBLISHED for shot in picture.shots} <= set(taken)


def test_the_pictures_stay_small():
    files = [file for addon in paths.addons() for file in pictures.folder(addon).glob("*.png")]
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
