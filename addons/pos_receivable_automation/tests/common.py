from unittest.mock import patch

from odoo.addons.pos_receivable.tests.common import PosReceivableCommon

from ..models.mode import PosReceivableMode
from ..tools.capability import Capability

CAPABILITIES = {
    'sum': Capability("Sums", 'probe', rules_version=3),
    'guess': Capability(
        "Guesses", 'probe', rules_version=3, highest='assist', why_not="A guess is never certain."
    ),
}


class AutomationCommon(PosReceivableCommon):
    """Two capabilities, of which the second is for people only, and what was decided on the first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        core_areas, core = PosReceivableMode._get_areas, PosReceivableMode._get_capabilities
        for name, answer in (
            ('_get_areas', lambda self: {**core_areas(self), 'probe': "Probes", 'rest': "Rest"}),
            ('_get_capabilities', lambda self: {**core(self), **CAPABILITIES}),
        ):
            cls.startClassPatcher(patch.object(PosReceivableMode, name, answer))
        cls.env['pos_receivable.mode'].sudo()._ensure(cls.company)
        cls.mode, cls.guess = (cls._get_mode(code) for code in CAPABILITIES)
        cls.accountant = cls._create_user('ada', 'Ada', 'account.group_account_manager')

    @classmethod
    def _get_mode(cls, code):
        modes = cls.env['pos_receivable.mode'].sudo().search([('company_id', '=', cls.company.id)])
        return modes.filtered(lambda mode: mode.capability == code)

    def _decide(self, action='accept', count=1, first=0, **values):
        """Decisions on as many cases, from number ``first``."""
        return (
            self.env['pos_receivable.decision']
            .sudo()
            .create(
                [
                    {
                        'user_id': self.accountant.id,
                        'company_id': self.company.id,
                        'subject_model': 'res.partner',
                        'subject_id': first + number,
                        'case_key': f'case {first + number}',
                        'action': action,
                        'capability': 'sum',
                        'is_certain': True,
                        **values,
                    }
                    for number in range(count)
                ]
            )
        )

    def _read(self, mode=None):
        mode = mode or self.mode
        mode._forget_precision()
        return mode.reviewed_count, mode.right_count, mode.together_count
