"""The pictures that README and app pages show: which they are, and how they are made small.

`make screenshots ARGS=--publish` writes all of them anew, and a banner for each addon, drawn from
banner.html, the addon's manifest, its icon and its first pictures.
"""

import base64
import html
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from . import paths
from .database import manifest
from .screens import Size

COLOURS = 128  # of a screen of the web client, nobody sees more
BANNER = Size("banner", 560, 280, scale=2)  # the ratio that Odoo's app store shows
TEMPLATE = paths.DEV / "banner.html"


@dataclass(frozen=True)
class Picture:
    """Pictures of screens that an addon shows, named as the scenes name them, the best one first."""

    addon: str
    shots: tuple


PUBLISHED = (
    Picture(
        "pos_receivable",
        (
            "unpaid_invoices-desktop",
            "unpaid_invoices-phone",
            "register_payment-desktop",
            "register_payment-phone",
            "paid-phone",
            "closing-desktop",
            "reconcile_runs-desktop",
        ),
    ),
    Picture(
        "pos_receivable_match",
        ("match_queue-desktop", "match_proposal-desktop", "match_proposal-phone"),
    ),
    Picture(
        "pos_receivable_customer",
        ("statement_activity-desktop", "statement_open-phone"),
    ),
    Picture(
        "pos_receivable_credit",
        (
            "customer_account-desktop",
            "customer_account-phone",
            "credit_authorizations-desktop",
            "credit_accounts-desktop",
            "credit_settings-desktop",
        ),
    ),
    Picture(
        "pos_receivable_followup",
        (
            "followup_case-desktop",
            "followup_list-desktop",
            "followup_list-phone",
            "followup_promise-desktop",
            "followup_case-phone",
        ),
    ),
    Picture("pos_receivable_automation", ("match_modes-desktop",)),
)


def folder(addon):
    return paths.addons()[addon] / "static" / "description"


def publish(browser, taken):
    """Put what was taken where it is shown, and draw the banners. What was not taken stays."""
    for picture in PUBLISHED:
        for shot in picture.shots:
            if (source := taken / f"{shot}.png").exists():
                _shrink(source.read_bytes(), folder(picture.addon) / source.name)
    for addon in paths.addons():
        _shrink(_draw_banner(browser, addon), folder(addon) / "banner.png")


def _shrink(content, target):
    """Save a picture with few colours: a quarter of the bytes."""
    with Image.open(io.BytesIO(content)) as image:
        # The method that keeps the colour of what is small, such as a badge.
        few = image.convert("RGB").quantize(
            COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
        )
        few.save(target, optimize=True)


def _draw_banner(browser, addon):
    shots = next((picture.shots for picture in PUBLISHED if picture.addon == addon), ())
    files = {
        kind: next(
            (f for s in shots if (f := folder(addon) / f"{s}.png").exists() and kind in s), None
        )
        for kind in ("desktop", "phone")
    }
    about = manifest(paths.addons()[addon])
    family, _dash, name = about["name"].rpartition(" – ")
    page = TEMPLATE.read_text()
    for blank, value in {
        "family": family,
        "name": name,
        "summary": about["summary"],
        "icon": _inline(folder(addon) / "icon.png"),
        **{kind: _inline(file) for kind, file in files.items()},
    }.items():
        page = page.replace(f"{{{{{blank}}}}}", html.escape(value))
    with tempfile.NamedTemporaryFile("w", suffix=".html") as file:
        file.write(page)
        file.flush()
        banner = browser.page(BANNER)
        banner.open(Path(file.name).as_uri())
        content = banner.picture()
        banner.close()
    return content


def _inline(file):
    """The address of a picture that holds it, or nothing."""
    return f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}" if file else ""
