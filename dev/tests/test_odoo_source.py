"""Of the core's translations, those are kept that the addons have too."""

import fnmatch

from dev import odoo_source, paths


def is_left_out(file):
    return any(fnmatch.fnmatchcase(file, pattern) for pattern in odoo_source.UNUSED)


def test_each_language_of_the_addons_has_the_terms_of_the_core():
    for addon, folder in paths.addons().items():
        for file in folder.glob("i18n/*.po"):
            assert file.stem in odoo_source.LANGUAGES, f"{addon}: {file.name}"
    for language in odoo_source.LANGUAGES:
        assert not is_left_out(f"./usr/lib/odoo/addons/sale/i18n/{language}.po")
        assert not is_left_out(f"./usr/lib/odoo/addons/l10n_de/i18n_extra/{language}.po")


def test_other_languages_do_not_fill_the_disk():
    others = ("a", "af", "ar_SY", "d", "da", "es_419", "fr_CA", "pt", "pt_B", "pt_BR_x", "zh_TW")
    for language in others:
        assert is_left_out(f"./usr/lib/odoo/addons/sale/i18n/{language}.po"), language
    assert not is_left_out("./usr/lib/odoo/addons/sale/i18n/sale.pot")
    assert not is_left_out("./usr/lib/odoo/addons/sale/models/account.py")
