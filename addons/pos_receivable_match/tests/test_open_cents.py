import random

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MatchCommon

CENT = 100
SEEDS = range(4)
STEPS = 25
NIGHTS = (
    'odoo.addons.pos_receivable_match.models.engine',
    'odoo.addons.pos_receivable_match.models.recorder',
    'odoo.addons.pos_receivable.models.pos_receivable_reconcile_engine',
)


class OpenCentsCommon(MatchCommon):
    """What came in of a customer and is not used yet: reconciled at night, proposed, or waiting with
    a reason; and only one of these."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_receivable = cls.receivable.copy({'name': 'Receivable from Partners'})

    def _pass_nights(self):
        """Until there is nothing left to do: what the first gets out of the way may be linked to
        others."""
        with mute_logger(*NIGHTS):
            self._run(times=2)
            self._match()
        self.env.invalidate_all()

    def _find_open_money(self):
        """Straight from the ledger, by no means of the addon's own.

        :return: ``{journal item: open amount in its currency}``; money on the accounts of customers
            that payments or the bank have brought, and money on suspense accounts
        """
        items = self.env['account.move.line'].search(
            [('parent_state', '=', 'posted'), ('company_id', '=', self.company.id)]
        )
        credits_ = items.filtered(
            lambda item: (
                item.account_type == 'asset_receivable'
                and item.amount_residual_currency < 0
                and (item.payment_id or item.statement_line_id)
            )
        )
        money = {item: -item.amount_residual_currency for item in credits_}
        for line in self.env['account.bank.statement.line'].search(
            [('amount', '>', 0), ('company_id', '=', self.company.id)]
        ):
            suspense = line.line_ids.filtered(
                lambda item, line=line: item.account_id == line.journal_id.suspense_account_id
            )
            if line.state == 'posted' and not line.pos_session_id and suspense:
                is_cleared = suspense.account_id.reconcile
                left = suspense.amount_residual_currency if is_cleared else suspense.amount_currency
                if left:
                    money[suspense] = -left
        return money

    def _find_listed(self):
        """
        :return: ``{journal item: [(proposal, amount)]}`` of what is in the queue
        """
        listed = {}
        proposals = self.env['pos_receivable.match.proposal'].sudo()
        ours = ('company_id', '=', self.company.id)
        for proposal in proposals.search([('state', 'in', ('open', 'observed')), ours]):
            item = proposal.line_id or proposal.statement_line_id._seek_for_lines()[1]
            listed.setdefault(item, []).append((proposal, proposal.amount))
        for proposal in proposals.search([('state', '=', 'changed'), ours]):
            for item in self.env['pos_receivable.match.undo']._find_leftovers(proposal):
                if item._name == 'account.move.line' and item.amount_residual_currency < 0:
                    listed.setdefault(item, []).append((proposal, -item.amount_residual_currency))
        return listed

    def assertEveryCentIsSomebodysBusiness(self):
        """After the nights, so that nothing is left which these would reconcile."""
        money, listed = self._find_open_money(), self._find_listed()
        for item, amount in money.items():
            about = f"{item.move_id.name} ({item.display_name}), {amount}"
            self.assertIn(item, listed, f"Nobody's business: {about}")
            [(proposal, told), *more] = listed[item]
            self.assertFalse(more, f"Told twice: {about}")
            self.assertEqual(
                item.currency_id.compare_amounts(told, amount), 0, f"{about}, told as {told}"
            )
            self.assertTrue(self._explain(proposal), f"Without a reason: {about}")
        self.assertEqual(money.keys(), listed.keys(), "There is no such money")
        for invoice in self.env['account.move'].search([('move_type', '=', 'out_invoice')]):
            evidence = self.env['pos_receivable.reconcile.evidence']
            pairs = evidence._read_pairs(invoice)[0]
            issue = self.env['pos_receivable.reconcile.issue'].search(
                [('move_id', '=', invoice.id), ('kind', '=', 'reconcile'), ('state', '=', 'open')]
            )
            self.assertTrue(issue or not pairs, f"{invoice.name} was left behind at night")
        return money

    def _explain(self, proposal):
        """What the queue says about it."""
        if proposal.state == 'changed':
            return proposal.note
        if proposal.candidate_id:
            return proposal.candidate_id.explanation
        labels = dict(proposal._fields['tier']._description_selection(self.env))
        return proposal.held_back_text or (proposal.tier == 'nothing' and labels['nothing'])

    def _get_receivables(self, payment):
        return payment.move_id.line_ids.filtered(
            lambda item: item.account_type == 'asset_receivable'
        )

    def _read_told(self, item):
        """What the queue says about the only money there is."""
        money = self.assertEveryCentIsSomebodysBusiness()
        self.assertEqual(list(money), list(item))
        [[(proposal, _amount)]] = self._find_listed().values()
        return proposal


@tagged('post_install', '-at_install')
class TestOpenCents(OpenCentsCommon):
    def _assertWaits(self, payment, reason):
        self._pass_nights()
        proposal = self._read_told(self._get_receivables(payment))
        self.assertFalse(proposal.candidate_ids)
        self.assertIn(reason, proposal.held_back_text)
        return proposal.with_user(self.accountant)

    # -------------------------------------------------------------------------
    # Linked, and no use at night
    # -------------------------------------------------------------------------

    def test_money_for_a_blocked_invoice_waits_with_the_reason(self):
        invoice, other = self._create_invoice(100), self._create_invoice(100)
        payment = self._pay(100, [invoice], memo=other.name)
        invoice.payment_state = 'blocked'
        proposal = self._assertWaits(payment, f'{invoice.name}, which is blocked')
        # A person may know better.
        self._choose(proposal, {other: 100})
        self.assertPaid(other)

    def test_money_for_a_draft_waits_with_the_reason_until_it_is_posted(self):
        invoice = self._create_invoice(100)
        payment = self._pay(100, [invoice])
        invoice.button_draft()
        proposal = self._assertWaits(payment, f'a draft: {invoice.name}')
        invoice.action_post()
        self._match()
        self.assertEqual(proposal.state, 'obsolete')
        self.assertIn('linked to an open invoice', proposal.note)
        self._pass_nights()
        self.assertPaid(invoice)
        self.assertFalse(self.assertEveryCentIsSomebodysBusiness())

    def test_money_linked_to_another_customers_invoice_waits_with_the_reason(self):
        invoice = self._create_invoice(100)
        payment = self._pay(100, [invoice], partner=self.other)
        self._assertWaits(payment, f'{invoice.name}, an invoice of another customer')

    def test_money_on_another_account_than_its_invoice_waits_with_the_reason(self):
        invoice = self._create_invoice(100)
        payment = self._pay(100, [invoice], destination_account_id=self.other_receivable.id)
        self._assertWaits(payment, f'linked to {invoice.name}, of which nothing is open')

    def test_money_linked_to_another_companys_invoice_waits_with_the_reason(self):
        elsewhere = self.setup_other_company()['company']
        invoice = self._create_invoice(
            100,
            company_id=elsewhere.id,
            journal_id=self.env['account.journal']
            .search([('type', '=', 'sale'), ('company_id', '=', elsewhere.id)], limit=1)
            .id,
        )
        payment = self._pay(100)
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO account_move__account_payment (invoice_id, payment_id) VALUES (%s, %s)",
            [invoice.id, payment.id],
        )
        self.env.invalidate_all()
        self._assertWaits(payment, f'{invoice.name}, an invoice of another company')

    def test_money_that_was_given_back_in_part_waits_with_the_reason(self):
        invoice = self._create_invoice(100)
        payment = self._pay_online(100, [invoice])
        self._refund(payment, 30)
        proposal = self._assertWaits(payment, 'given back to the customer')
        with self.assertRaises(UserError) as refusal:
            self._choose(proposal, {invoice: 100})
        self.assertIn('reconcile the refund', refusal.exception.args[0])
        self.assertOpen(invoice, 100)

    # -------------------------------------------------------------------------
    # Collected at a till
    # -------------------------------------------------------------------------

    def _collect_for_cancelled(self):
        """An invoice that was paid at the till is cancelled, and the money stays."""
        invoice = self._create_invoice(100)
        payment, _answer = self._collect({invoice: 100}, journal=self.card_journal)
        invoice.button_draft()
        invoice.button_cancel()
        return payment

    def test_what_a_till_took_for_an_invoice_cancelled_since_waits_for_the_session_to_close(self):
        payment = self._collect_for_cancelled()
        other = self._create_invoice(100)
        proposal = self._assertWaits(payment, f'{self.session.name}, which is not closed yet')
        with self.assertRaises(UserError) as refusal:
            self._choose(proposal, {other: 100})
        self.assertIn('not closed yet', refusal.exception.args[0])
        self._close(self.session, 0)
        self._pass_nights()
        self.assertEqual(proposal.invoice_names, other.name)
        proposal.action_accept()
        self.assertPaid(other)
        proposal.action_undo()
        self.assertOpen(other, 100)

    def test_what_a_till_took_for_one_of_several_invoices_does_not_stay_with_the_others(self):
        first, second = self._create_invoice(60), self._create_invoice(40)
        payment, _answer = self._collect({first: 60, second: 40}, journal=self.card_journal)
        self._close(self.session, 0)
        for invoice in (first, second):
            invoice.button_draft()
        first.button_cancel()
        second.action_post()
        self._pass_nights()
        self.assertPaid(second)
        [item] = self._get_receivables(payment).filtered('amount_residual')
        self.assertEqual(item.amount_residual, -60)
        proposal = self._read_told(item)
        self.assertFalse(proposal.held_back_text)

    def test_what_a_till_took_for_an_invoice_deleted_since_is_free(self):
        first, second = self._create_invoice(60), self._create_invoice(100)
        payment, _answer = self._collect({first: 60, second: 40}, journal=self.card_journal)
        self._close(self.session, 0)
        first.button_draft()
        first.name = False
        first.unlink()
        self._pass_nights()
        item = self._get_receivables(payment).filtered('amount_residual')
        proposal = self._read_told(item)
        self.assertEqual(proposal.invoice_names, second.name)

    # -------------------------------------------------------------------------
    # Booked from the bank by hand
    # -------------------------------------------------------------------------

    def _book_by_hand(self, line, partner=None):
        """As accountants do without a widget: the suspense account is exchanged."""
        line._seek_for_lines()[1].write(
            {'account_id': self.receivable.id, 'partner_id': (partner or self.customer).id}
        )

    def test_a_transfer_that_somebody_put_on_the_customers_account_is_proposed(self):
        line = self._receive(130, 'Thank you', 'Acme Corporation')
        self._book_by_hand(line)
        invoice = self._create_invoice(130)
        self._pass_nights()
        item = line.line_ids.filtered(lambda item: item.account_id == self.receivable)
        proposal = self._read_told(item).with_user(self.accountant)
        self.assertEqual(proposal.invoice_names, invoice.name)
        self.assertEqual(proposal.display_name, line.move_id.name)
        self.assertEqual(proposal.action_open_receipt()['res_id'], line.move_id.id)
        proposal.action_accept()
        self.assertPaid(invoice)
        self.assertEveryCentIsSomebodysBusiness()
        proposal.action_undo()
        self.assertOpen(invoice, 130)

    def test_a_transfer_that_was_unreconciled_is_told_once(self):
        invoice = self._create_invoice(100)
        line = self._receive(100, invoice.name, 'Acme Corporation')
        self._match_one(line).action_accept()
        partial = self._get_item(invoice).matched_credit_ids
        invoice.js_remove_outstanding_partial(partial.id)
        self._pass_nights()
        self.assertEqual(len(self.assertEveryCentIsSomebodysBusiness()), 1)


@tagged('post_install', '-at_install')
class TestRandomLedgers(OpenCentsCommon):
    """Books as people leave them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.receivable_writeoff_account_id = cls.company_data['default_account_expense']
        cls.euro = cls.setup_other_currency('EUR', rates=[('2020-01-01', 0.7)])
        cls.euro_journal = cls._create_journal('bank', 'Euros', 'EUR1', currency_id=cls.euro.id)
        cls.contact = cls.env['res.partner'].create({'name': 'Buyer', 'parent_id': cls.customer.id})

    def test_whatever_people_do_every_cent_is_somebodys_business(self):
        told = 0
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                told += self._play(random.Random(seed))
                savepoint.rollback()
        self.assertGreater(told, 10 * len(SEEDS), "Hardly any money was open")

    def _play(self, chance):
        """
        :return: how often some open money was told of
        """
        self.chance = chance
        self._set_mode('invoice_number', chance.choice(('assist', 'auto')))
        for _number in range(10):
            self._add_invoice()
        told = 0
        for step in range(1, STEPS + 1):
            self._do(chance.choice(self._get_steps()))
            if step % 5 == 0:
                self._pass_nights()
                told += len(self.assertEveryCentIsSomebodysBusiness())
        return told

    def _get_steps(self):
        return [
            *[self._add_invoice] * 2,
            *[self._add_payment] * 5,
            *[self._add_transfer] * 4,
            *[self._decide] * 6,
            self._collect_some,
            self._cancel,
            self._draft_or_post,
            self._block,
            self._credit,
            self._unreconcile,
            self._reset_transfer,
            self._book_transfer_by_hand,
            self._cancel_payment,
            self._give_back,
            self._clear_suspense,
            self._close_session,
            self._move_to_other_account,
        ]

    def _do(self, step):
        try:
            with self.env.cr.savepoint():
                step()
                self.env.flush_all()
        except UserError:
            self.env.invalidate_all()  # refused in words, which is right

    # -------------------------------------------------------------------------
    # What there is
    # -------------------------------------------------------------------------

    def _find(self, model, *domain):
        """One of those there are, or none."""
        found = self.env[model].search([*domain, ('company_id', '=', self.company.id)], order='id')
        return self.chance.choice(found) if found else found

    def _find_invoice(self, *domain):
        return self._find('account.move', ('move_type', '=', 'out_invoice'), *domain)

    def _choose_amount(self, due):
        chance = self.chance
        return round(chance.choice((due, due, due * 0.6, due + 12.34, max(due - 1.5, 1))), 2)

    def _add_invoice(self):
        chance = self.chance
        values = {'currency_id': self.euro.id} if chance.random() < 0.2 else {}
        self._create_invoice(
            chance.randrange(500, 30000) / CENT,
            partner=chance.choice((self.customer, self.customer, self.contact, self.other)),
            due_in=chance.randrange(-20, 30),
            **values,
        )

    def _add_payment(self):
        """Linked to one or two invoices or to none, online or not, for them or for another's."""
        chance = self.chance
        invoice = self._find_invoice(('state', '!=', 'cancel'))
        second = self._find_invoice(('currency_id', '=', invoice.currency_id.id))
        linked = chance.choice(((), (invoice,), (invoice,), (invoice, second)))
        values = {
            'memo': chance.choice(('', invoice.name or '', f'{invoice.name} {second.name}')),
            'currency_id': invoice.currency_id.id,
        }
        if chance.random() < 0.1:
            values['destination_account_id'] = self.other_receivable.id
        amount = self._choose_amount(invoice.amount_residual or invoice.amount_total)
        if linked and chance.random() < 0.3:
            self._pay_online(amount, linked, **values)
        else:
            partner = chance.choice((invoice.partner_id, invoice.partner_id, self.other))
            self._pay(amount, linked, partner=partner, **values)

    def _add_transfer(self):
        chance = self.chance
        invoice = self._find_invoice()
        journal = self.transfer_journal
        if invoice.currency_id == self.euro:
            journal = self.euro_journal
        self._receive(
            self._choose_amount(invoice.amount_total),
            chance.choice((invoice.name or '', 'Thank you')),
            chance.choice(('Acme Corporation', 'Bright Builders', 'Nobody', '')),
            journal_id=journal.id,
        )

    # -------------------------------------------------------------------------
    # What people do
    # -------------------------------------------------------------------------

    def _decide(self):
        proposals = self.env['pos_receivable.match.proposal'].search(
            [('state', 'in', ('open', 'accepted', 'changed'))], order='id'
        )
        if not proposals:
            return
        proposal = self.chance.choice(proposals).with_user(self.accountant)
        if proposal.state != 'open':
            if self.chance.random() < 0.4:
                proposal.action_undo()
        elif self.chance.random() < 0.6:
            proposal.action_accept()
        elif self.chance.random() < 0.6:
            invoice = self._find_invoice(
                ('payment_state', 'in', ('not_paid', 'partial')),
                ('currency_id', '=', proposal.currency_id.id),
            )
            amount = round(min(proposal.amount, invoice.amount_residual or 1) * 0.7, 2)
            self._choose(proposal, {invoice: amount})
        else:
            proposal.action_reject()

    def _collect_some(self):
        if self.session.state != 'opened':
            return
        invoices = {}
        for _number in range(self.chance.choice((1, 2))):
            invoice = self._find_invoice(
                ('payment_state', 'in', ('not_paid', 'partial')),
                ('commercial_partner_id', '=', self.customer.id),
                ('currency_id', '=', self.company.currency_id.id),
            )
            if invoice:
                invoices[invoice] = invoice.amount_residual
        if invoices:
            self._collect(invoices, journal=self.card_journal)

    def _clear_suspense(self):
        """Where the chart lets them, people clear a part of what stands on the suspense account."""
        line = self._find('account.bank.statement.line', ('is_reconciled', '=', False))
        suspense = line._seek_for_lines()[1]
        if not suspense or suspense.currency_id != self.company.currency_id:
            return
        suspense.account_id.reconcile = True
        part = round(-suspense.balance * self.chance.choice((0.4, 1)), 2)
        entry = self.env['account.move'].create(
            {
                'journal_id': self.company_data['default_journal_misc'].id,
                'line_ids': [
                    Command.create({'account_id': account.id, 'balance': balance})
                    for account, balance in (
                        (suspense.account_id, part),
                        (self.company_data['default_account_revenue'], -part),
                    )
                ],
            }
        )
        entry.action_post()
        cleared = entry.line_ids.filtered(lambda item: item.account_id == suspense.account_id)
        (suspense | cleared).reconcile()

    def _close_session(self):
        if self.session.state == 'opened' and self.chance.random() < 0.3:
            self._close(self.session, 0)

    def _cancel(self):
        invoice = self._find_invoice(('state', '=', 'posted'))
        invoice.button_draft()
        invoice.button_cancel()

    def _draft_or_post(self):
        draft = self._find_invoice(('state', '=', 'draft'))
        if draft and self.chance.random() < 0.6:
            draft.action_post()
        else:
            self._find_invoice(('state', '=', 'posted')).button_draft()

    def _block(self):
        self._find_invoice(('payment_state', '=', 'not_paid')).payment_state = 'blocked'

    def _credit(self):
        invoice = self._find_invoice(('state', '=', 'posted'))
        invoice._reverse_moves(cancel=self.chance.random() < 0.5)

    def _unreconcile(self):
        """From the invoice's form."""
        partial = self._find('account.partial.reconcile')
        if partial:
            partial.debit_move_id.move_id.js_remove_outstanding_partial(partial.id)

    def _reset_transfer(self):
        line = self._find('account.bank.statement.line')
        line.action_undo_reconciliation()

    def _book_transfer_by_hand(self):
        """On a customer's account, all that is left of it or a part."""
        line = self._find('account.bank.statement.line', ('is_reconciled', '=', False))
        suspense = line._seek_for_lines()[1]
        if not suspense:
            return
        if self.chance.random() < 0.5:
            suspense.write({'account_id': self.receivable.id, 'partner_id': self.other.id})
            return
        half = suspense.currency_id.round(suspense.amount_currency / 2)
        balance = self.company.currency_id.round(suspense.balance / 2)
        part = {
            'name': 'By hand',
            'account_id': self.receivable.id,
            'partner_id': self.customer.id,
            'currency_id': suspense.currency_id.id,
            'amount_currency': half,
            'balance': balance,
        }
        rest = {
            'amount_currency': suspense.amount_currency - half,
            'balance': suspense.balance - balance,
        }
        line.move_id.with_context(skip_readonly_check=True).write(
            {'line_ids': [Command.update(suspense.id, rest), Command.create(part)]}
        )

    def _cancel_payment(self):
        payment = self._find('account.payment', ('state', 'in', ('in_process', 'paid')))
        payment.action_draft()
        if self.chance.random() < 0.5:
            payment.action_cancel()
        elif self.chance.random() < 0.5:
            payment.action_post()

    def _give_back(self):
        payment = self._find(
            'account.payment',
            ('payment_transaction_id', '!=', False),
            ('payment_type', '=', 'inbound'),
            ('state', 'in', ('in_process', 'paid')),
        )
        if payment:
            self._refund(payment, round(payment.amount * self.chance.choice((0.3, 1)), 2))

    def _move_to_other_account(self):
        draft = self._find_invoice(('state', '=', 'draft'))
        draft.line_ids.filtered(
            lambda item: item.display_type == 'payment_term'
        ).account_id = self.other_receivable
