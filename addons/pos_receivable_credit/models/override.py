from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.pos_receivable.tools.payload import read_id, read_text

MOST_TRIES = 5  # of a PIN, in one shop and day


@dataclass(frozen=True)
class Override:
    """Who lets an order pass although it should be held."""

    kind: str
    name: str
    reason: str


class PosReceivableCreditOverride(models.AbstractModel):
    """Who lets pass what should be held: whoever stands at the till, or a manager by PIN. Called
    elevated, with a session that the caller has checked."""

    _name = 'pos_receivable.credit.override'
    _description = "Letting Pass What Should Be Held"

    @api.model
    def _read(self, session, value):
        """
        :return: an :class:`Override` or None, and why there is none although one was tried
        """
        if value in (None, False):
            return None, ''
        reason = read_text(value.get('reason'), 200) if isinstance(value, dict) else None
        if not reason:
            raise UserError(self.env._("Say why this is sold on account nevertheless."))
        if value.get('pin'):
            return self._read_pin(session, value, reason)
        name = session._get_invoice_payment_cashier_name()
        if session._is_invoice_payment_manager():
            return Override('manager', name, reason), ''
        if session.config_id.customer_account_override == 'any':
            return Override('cashier', name, reason), ''
        return None, self.env._("Only managers can let this pass: ask one.")

    @api.model
    def _read_pin(self, session, value, reason):
        # Every browser holds hashes of the PINs, so this proves little; it is logged as what it is.
        # A wrong one is an answer and no error, which would undo that it was counted.
        tries = session._count_receivable_pin_tries()
        if tries >= MOST_TRIES:
            return None, self.env._(
                "Too many wrong PINs today: a manager can approve this on their own screen."
            )
        name = session._find_invoice_payment_pin_holder(
            read_id(value.get('employee_id')), read_text(value['pin'], 64)
        )
        if name:
            return Override('pin', name, reason), ''
        session.pos_receivable_pin_tries += 1
        return None, self.env._(
            "This is not the PIN of a manager. Tries left: %(count)s",
            count=MOST_TRIES - tries - 1,
        )
