from dateutil.relativedelta import relativedelta

from odoo.fields import Command

from odoo.addons.pos_receivable.tests.common_reconcile import ReconcileCommon


class ProfileCommon(ReconcileCommon):
    """Invoices, and money for them on other days; ``self._night`` makes the profiles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receivable = cls.company_data['default_account_receivable']
        cls.revenue = cls.company_data['default_account_revenue']
        cls.profiles = cls.env['pos_receivable.payment.profile']
        cls.misc_journal = cls.company_data['default_journal_misc']

    @classmethod
    def _ago(cls, days):
        return cls.today - relativedelta(days=days)

    @classmethod
    def _invoice(cls, issued=60, term=30, amount=100.0, partner=None, **values):
        """An invoice of ``issued`` days ago, due ``term`` days after it."""
        return cls._create_invoice(
            amount,
            partner,
            invoice_date=cls._ago(issued),
            invoice_date_due=cls._ago(issued - term),
            **values,
        )

    @classmethod
    def _receive(cls, invoice, days_ago, amount=None, journal=None, **values):
        """Money for ``invoice``, as an entry of a journal, matched with it."""
        items = invoice.line_ids.filtered(
            lambda item: item.display_type == 'payment_term' and not item.reconciled
        )
        amount = sum(items.mapped('amount_residual')) if amount is None else amount
        entry = cls.env['account.move'].create(
            cls._prepare_money(
                amount, cls._ago(days_ago), items.partner_id, journal or cls.transfer_journal
            )
            | values
        )
        entry.action_post()
        credit = entry.line_ids.filtered(lambda item: item.account_id == cls.receivable)
        (items | credit).reconcile()
        return entry

    @classmethod
    def _prepare_money(cls, amount, date, partner, journal):
        return {
            'move_type': 'entry',
            'journal_id': journal.id,
            'date': date,
            'line_ids': [
                Command.create(
                    {
                        'account_id': cls.receivable.id,
                        'partner_id': partner.id,
                        'credit': amount,
                    }
                ),
                Command.create(
                    {
                        'account_id': (
                            journal.default_account_id
                            or cls.company_data['default_account_expense']
                        ).id,
                        'debit': amount,
                    }
                ),
            ],
        }

    @classmethod
    def _settle(cls, late, partner=None, start=300, **values):
        """Invoices paid so many days late each, one after the other."""
        for number, days in enumerate(late):
            issued = start - 10 * number
            invoice = cls._invoice(issued, 30, partner=partner, **values)
            cls._receive(invoice, issued - 30 - days)

    def _night(self):
        self.env['pos_receivable.payment.profile.schedule']._run_now()

    def _get_profile(self, partner=None, company=None):
        return self.profiles._find_profile(partner or self.customer, company or self.company)
