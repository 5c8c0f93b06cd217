from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestPosConfig(PosReceivableCommon):
    """How a shop is set up to collect."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_cash = cls._create_journal('cash', 'Other drawer', 'ODR')
        cls.other_shop = cls._create_shop('Shop 2', cls.other_cash, use_invoice_payment=False)

    def test_the_journals_of_the_shops_own_methods_are_suggested(self):
        shop = self._create_shop(
            'Shop 3',
            self._create_journal('cash', 'Third drawer', 'TDR'),
            use_invoice_payment=False,
            invoice_payment_cash_journal_id=False,
            invoice_payment_bank_journal_ids=False,
        )
        self.env['pos.config'].browse(shop.id)._compute_invoice_payment_journals()
        self.assertEqual(shop.invoice_payment_cash_journal_id.name, 'Third drawer')
        self.assertEqual(shop.invoice_payment_bank_journal_ids, self.card_journal)

    def test_switching_on_needs_a_journal(self):
        with self.assertRaisesRegex(ValidationError, "at least one journal"):
            self.other_shop.write(
                {
                    'use_invoice_payment': True,
                    'invoice_payment_cash_journal_id': False,
                    'invoice_payment_bank_journal_ids': [Command.clear()],
                }
            )

    def test_one_kind_of_journal_is_enough(self):
        self.other_shop.write(
            {'use_invoice_payment': True, 'invoice_payment_bank_journal_ids': [Command.clear()]}
        )
        self.assertEqual(self.other_shop._get_invoice_payment_journals(), self.other_cash)
        self.other_shop.write(
            {
                'invoice_payment_cash_journal_id': False,
                'invoice_payment_bank_journal_ids': [Command.set(self.card_journal.ids)],
            }
        )
        self.assertEqual(self.other_shop._get_invoice_payment_journals(), self.card_journal)

    def test_journals_must_be_of_the_right_kind(self):
        for values in (
            {'invoice_payment_cash_journal_id': self.card_journal.id},
            {'invoice_payment_bank_journal_ids': [Command.set(self.other_cash.ids)]},
            {
                'invoice_payment_bank_journal_ids': [
                    Command.set(self.company_data['default_journal_sale'].ids)
                ]
            },
        ):
            with self.assertRaisesRegex(ValidationError, "cannot be used here"):
                self.other_shop.write({'use_invoice_payment': True, **values})

    def test_journals_must_be_of_the_shops_company(self):
        other = self.setup_other_company()
        with self.assertRaises(UserError):
            self.other_shop.invoice_payment_cash_journal_id = other['default_journal_cash']

    def test_journals_must_have_the_tills_currency_or_none(self):
        euro = self.setup_other_currency('EUR')
        in_euro = self._create_journal('bank', 'Euro bank', 'EUB', currency_id=euro.id)
        with self.assertRaisesRegex(ValidationError, "Euro bank must be in"):
            self.other_shop.write(
                {
                    'use_invoice_payment': True,
                    'invoice_payment_bank_journal_ids': [Command.link(in_euro.id)],
                }
            )

    def test_journals_are_fixed_while_a_session_is_open(self):
        for values in (
            {'invoice_payment_cash_journal_id': self.other_cash.id},
            {'invoice_payment_bank_journal_ids': [Command.clear()]},
        ):
            with self.assertRaisesRegex(UserError, "while a session is open"):
                self.config.write(values)

    def test_the_settings_mirror_the_shop(self):
        settings = self.env['res.config.settings'].create({'pos_config_id': self.other_shop.id})
        self.assertEqual(settings.pos_invoice_payment_cash_journal_id, self.other_cash)
        self.assertFalse(settings.pos_use_invoice_payment)
        self.env['res.config.settings'].create(
            {
                'pos_config_id': self.other_shop.id,
                'pos_use_invoice_payment': True,
                'pos_invoice_payment_access': 'manager',
                'pos_invoice_payment_bank_journal_ids': [Command.set(self.transfer_journal.ids)],
            }
        )
        self.assertRecordValues(
            self.other_shop,
            [
                {
                    'use_invoice_payment': True,
                    'invoice_payment_access': 'manager',
                    'invoice_payment_cash_journal_id': self.other_cash.id,
                    'invoice_payment_bank_journal_ids': self.transfer_journal.ids,
                }
            ],
        )

    def test_the_till_learns_its_journals_at_start_cash_first(self):
        [loaded] = self.env['pos.config']._load_pos_data_read(self.config, self.config)
        self.assertEqual(
            [(journal['name'], journal['type']) for journal in loaded['_invoice_payment_journals']],
            [('Drawer', 'cash'), ('Card', 'bank'), ('Transfer', 'bank')],
        )
        [loaded] = self.env['pos.config']._load_pos_data_read(self.other_shop, self.other_shop)
        self.assertNotIn('_invoice_payment_journals', loaded)

    def test_an_archived_cash_journal_is_not_offered(self):
        self.other_shop.use_invoice_payment = True
        session = self._open_session(self.other_shop)
        invoice = self._create_invoice(100.0)
        self.other_cash.active = False
        self.assertEqual(
            self.other_shop._get_invoice_payment_journals(),
            self.card_journal | self.transfer_journal,
        )
        self.assertRefused(
            "Choose one of the payment methods",
            {invoice: 100.0},
            journal=self.other_cash,
            session=session,
        )
