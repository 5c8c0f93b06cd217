"""Every XML file of the addons is well-formed and free of tab characters."""

import sys
from pathlib import Path
from xml.etree import ElementTree


def complaints(folder):
    for file in sorted(folder.rglob("*.xml")):
        try:
            ElementTree.parse(file)
        except ElementTree.ParseError as error:
            yield f"{file}: {error}"
            continue
        if "\t" in file.read_text(encoding="utf-8"):
            yield f"{file}: contains tabs"


if __name__ == "__main__":
    found = list(complaints(Path()))
    print("\n".join(found))
    sys.exit(bool(found))
