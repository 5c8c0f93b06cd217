from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import MatchCommon

IBANS = ('DE89370400440532013000', 'GB82WEST12345698765432')
MERGE = 'base.partner.merge.automatic.wizard'


@tagged('post_install', '-at_install')
class TestMatchMerged(MatchCommon):
    """Contacts that are merged, and records that are deleted, take nothing with them that is still
    of use, and are held up by nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.env['res.partner'].create({'name': 'Acme Corp.'})
        cls.clerk = cls._create_user('cleo', 'Cleo', 'base.group_partner_manager')

    def _merge(self, *sources, into):
        """As a clerk without any right in accounting does."""
        partners = into.union(*sources)
        wizard = (
            self.env[MERGE]
            .with_user(self.clerk)
            .create({'partner_ids': partners.ids, 'dst_partner_id': into.id, 'state': 'selection'})
        )
        with mute_logger('odoo.addons.base.partner.merge'):
            wizard.action_merge()
        self.env.invalidate_all()
        self.assertFalse(self.env['res.partner'].union(*sources).exists())

    def _teach(self, payer, *partners):
        for partner in partners:
            invoice = self._create_invoice(100, partner=partner)
            self._match_one(self._receive(100, invoice.name, payer)).action_accept()

    def _read_aliases(self):
        aliases = self.env['pos_receivable.match.alias'].search([])
        return sorted(aliases.mapped(lambda a: (a.name, a.partner_id.id, a.count)))

    def test_contacts_who_share_a_payer_are_merged_with_what_was_learned_of_both(self):
        self._teach('White Label Holdings', self.customer, self.twin, self.twin, self.other)
        self._teach('Black Label Holdings', self.twin)
        name = 'white label holdings'
        self._merge(self.twin, into=self.customer)
        self.assertEqual(
            self._read_aliases(),
            sorted(
                [
                    (name, self.customer.id, 3),
                    (name, self.other.id, 1),
                    ('black label holdings', self.customer.id, 1),
                ]
            ),
        )

    def test_three_contacts_are_merged_whichever_is_kept(self):
        self._teach('White Label Holdings', self.customer, self.twin, self.other)
        self._merge(self.customer, self.other, into=self.twin)
        self.assertEqual(self._read_aliases(), [('white label holdings', self.twin.id, 3)])
        invoice = self._create_invoice(66.6, partner=self.twin)
        proposal = self._match_one(self._receive(66.6, 'thanks', 'White Label Holdings'))
        self.assertEqual(proposal.allocation_ids.move_id, invoice)
        self.assertIn('3 times confirmed', proposal.candidate_id.explanation)

    def test_an_account_of_two_contacts_is_merged_with_what_was_learned_of_both(self):
        learned = self.env['pos_receivable.match.account'].sudo()
        for counts, expected in (((1, 2), [3]), ((1, None), []), ((None, 2), [])):
            with self.subTest(counts=counts), self.env.cr.savepoint() as savepoint:
                for partner, count in zip((self.customer, self.twin), counts, strict=True):
                    self._add_account(partner, IBANS[0])
                    if count:
                        learned.create(
                            {
                                'bank_id': partner.bank_ids.id,
                                'company_id': self.company.id,
                                'count': count,
                            }
                        )
                self._merge(self.twin, into=self.customer)
                self.assertEqual(self.customer.bank_ids.sanitized_acc_number, IBANS[0])
                # What somebody has entered for one of them is not merely learned.
                self.assertEqual(learned.search([]).mapped('count'), expected)
                savepoint.rollback()

    def test_what_was_learned_of_a_contact_is_known_of_the_company_it_joins(self):
        self._teach('White Label Holdings', self.twin)
        self.twin.parent_id = self.customer
        self.assertEqual(self.twin.commercial_partner_id, self.customer)
        invoice = self._create_invoice(66.6)
        proposal = self._match_one(self._receive(66.6, 'thanks', 'White Label Holdings'))
        self.assertEqual(proposal.allocation_ids.move_id, invoice)
        self.assertIn('has paid for this customer before', proposal.candidate_id.explanation)

    def test_what_waits_for_one_contact_waits_for_the_other(self):
        invoice = self._create_invoice(100, partner=self.twin)
        proposal = self._match_one(self._receive(100, invoice.name, 'Acme Corp.'))
        self._merge(self.twin, into=self.customer)
        self.assertEqual(proposal.proposed_partner_id, self.customer)
        self.assertEqual(proposal.candidate_id.partner_id, self.customer)
        proposal.action_accept()
        self.assertPaid(invoice)

    # -------------------------------------------------------------------------
    # What is kept by number
    # -------------------------------------------------------------------------

    def test_undoing_works_although_who_was_recorded_before_was_merged_or_deleted(self):
        invoice = self._create_invoice(100)
        stray = self.env['res.partner'].create({'name': 'Stray'})
        for before, end in (
            (self.twin, lambda: self._merge(self.twin, into=self.other)),
            (stray, stray.unlink),
        ):
            line = self._receive(100, invoice.name, 'Acme', partner_id=before.id)
            proposal = self._match_one(line)
            ledger = self._read_ledger()
            self._choose(proposal, {invoice: 100})
            self.assertPaid(invoice)
            self.assertEqual(line.partner_id, self.customer)
            end()
            proposal.action_undo()
            self.assertOpen(invoice, 100)
            self.assertLeftAlone(line)
            self.assertFalse(line.partner_id)
            self.assertEqual(self._read_ledger(), ledger)
            line.unlink()

    def test_undoing_works_although_the_payers_account_was_merged_or_deleted(self):
        invoice = self._create_invoice(100)
        for iban, end in (
            (IBANS[0], lambda: self.customer.bank_ids.unlink()),
            (IBANS[1], lambda: self._merge(self.customer, into=self.twin)),
        ):
            line = self._receive(100, invoice.name, 'Acme', account_number=iban)
            proposal = self._match_one(line)
            self._choose(proposal, {invoice: 100})
            self.assertEqual(self.customer.bank_ids.sanitized_acc_number, iban)
            self._add_account(self.twin, iban)
            end()
            proposal.action_undo()
            self.assertOpen(invoice, 100)
            self.assertLeftAlone(line)
            line.unlink()

    def test_an_invoice_that_somebody_held_and_deleted_is_left_out(self):
        invoice, held = self._leftover(), self._leftover()
        runs = self.env['pos_receivable.reconcile.run'].sudo()
        run = runs._start(self.company, 'schedule')
        run.write(
            {
                'user_id': self.cron.user_id.id,
                'last_due': held.invoice_date_due,
                'last_move_id': held.id,
            }
        )
        gone = self._create_invoice(post=False)
        run.deferred_ids = [gone.id, invoice.id]
        gone.unlink()
        self._run()
        self.assertPaid(invoice)
        self.assertEqual(run.state, 'done')

    # -------------------------------------------------------------------------
    # Unique indexes
    # -------------------------------------------------------------------------

    def test_the_merge_knows_all_of_our_unique_indexes_over_contacts_and_accounts(self):
        """The core moves a column by SQL and tolerates unique constraints alone: of a unique index
        over contacts, or their accounts, the duplicates have to be brought together before."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ours.relname, attribute.attname
                  FROM pg_index index
                  JOIN pg_class ours ON ours.oid = index.indrelid
                  JOIN pg_constraint foreign_key
                    ON foreign_key.conrelid = ours.oid AND foreign_key.contype = 'f'
                  JOIN pg_class target ON target.oid = foreign_key.confrelid
                  JOIN pg_attribute attribute
                    ON attribute.attrelid = ours.oid
                   AND attribute.attnum = foreign_key.conkey[1]
                 WHERE index.indisunique
                   AND NOT index.indisprimary
                   AND attribute.attnum = ANY(index.indkey)
                   AND target.relname IN ('res_partner', 'res_partner_bank')
                   AND ours.relname LIKE %s
                """,
                'pos_receivable_match_%',
            )
        )
        self.assertEqual(
            sorted(rows),
            [
                ('pos_receivable_match_account', 'bank_id'),
                ('pos_receivable_match_alias', 'partner_id'),
            ],
        )

    def test_what_is_deleted_takes_what_was_noted_of_it_with_it(self):
        invoice = self._create_invoice(100)
        line, payment = self._receive(100, invoice.name, 'Acme'), self._pay(100, memo=invoice.name)
        twice = self._receive(100, invoice.name, 'Acme')
        proposals = self._match()
        proposals.filtered('candidate_id').action_reject()
        proposals = self._match().sudo() | proposals.sudo()
        self.env['pos_receivable.reconcile.issue'].sudo()._record_failure(invoice, ValueError("?"))
        self.env['pos_receivable.reconcile.issue'].sudo()._record_failure(
            invoice, ValueError("?"), 'match'
        )
        self.env.flush_all()
        (line | twice).unlink()
        payment.action_draft()
        payment.unlink()
        invoice.button_draft()
        invoice.name = False
        invoice.unlink()
        self.env.invalidate_all()
        self.assertFalse(proposals.exists())
        self.assertFalse(self.env['pos_receivable.match.rejection'].sudo().search([]))
        self.assertFalse(self.env['pos_receivable.reconcile.issue'].search([]))
        self._teach('White Label Holdings', self.other)
        self.env['pos_receivable.match.alias'].sudo().create(
            {'name': 'twins', 'partner_id': self.twin.id, 'company_id': self.company.id}
        )
        self.twin.unlink()
        self.assertEqual(self._read_aliases(), [('white label holdings', self.other.id, 1)])
