"""merge_terms.py FOLDER …: bring every translation in these folders in line with the .pot beside it: new
terms are added, untranslated, and those that are no more are dropped."""

import sys
from pathlib import Path

import polib


def main(*folders):
    for folder in map(Path, folders):
        for template in folder.glob("*.pot"):
            terms = polib.pofile(str(template))
            for file in folder.glob("*.po"):
                merge(file, terms)


def merge(file, terms):
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(file))}
    translation = polib.pofile(str(file))
    translation.clear()
    for term in terms:
        translation.append(
            polib.POEntry(
                msgid=term.msgid,
                msgstr=known.get(term.msgid, ""),
                comment=term.comment,
                occurrences=term.occurrences,
                flags=term.flags,
            )
        )
    translation.save()


main(*sys.argv[1:])
