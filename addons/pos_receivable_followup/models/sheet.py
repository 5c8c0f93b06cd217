from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from odoo.addons.pos_receivable.models.account_move import COLLECTABLE_TYPES

CONTACTS = 8
TEXT = 300  # characters of a contact
A_WEEK = timedelta(days=7)
KINDS = ('call', 'promise', 'dispute', 'reminder', 'snooze')


class PosReceivableFollowupSheet(models.AbstractModel):
    """All that is known of a case, for its screen: a number of queries that does not depend on how much
    the customer owes. Called elevated, for a case that the caller has checked.

    ``{'id', 'partner': {'id', 'name', 'phone', 'email', 'lang'}, 'currency_id', 'company', 'looked_at',
    'figures': {'overdue', 'credits', 'disputed', 'promised', 'silent', 'expected', 'unpaid_chance',
    'oldest_due'}, 'action': {'code', 'label', 'reasons'}, 'collector', 'snoozed_until', 'is_insolvent',
    'seen', 'items', 'credits', 'waiting', 'promises', 'disputes', 'pays', 'keep_rate', 'usual_day',
    'contacts', 'reminders', 'can_write'}``, days in ISO form, amounts in company currency."""

    _name = 'pos_receivable.followup.sheet'
    _description = "Follow-up Sheet"

    @api.model
    def _get(self, case):
        root, customer = case.company_id, case.partner_id
        look = self.env['pos_receivable.followup.engine']._refresh(root, customer)
        # Whoever acts on the case now is waited for, and is then seen: the request is retried.
        case._share()
        owed = look.items.get(customer.id, [])
        invoices = self._find_invoices(owed)
        profile = self._find_profile(case)
        promises = case.promise_ids
        return {
            'id': case.id,
            'partner': {
                'id': customer.id,
                'name': customer.name or '',
                'phone': customer.phone or '',
                'email': customer.email or '',
                'lang': customer.lang or '',
            },
            'currency_id': root.currency_id.id,
            'company': root.name,
            'looked_at': self.env.cr.now().replace(tzinfo=None).isoformat(),
            'figures': self._get_figures(case),
            'action': self._get_action(case),
            'collector': case.user_id.name or '',
            'snoozed_until': _iso(case.snoozed_until),
            'is_insolvent': case.is_insolvent,
            'seen': self._get_seen(case, look.day),
            'items': [
                self._describe_item(item, look, item.move_id in invoices)
                for item in owed
                if item.amount > 0
            ],
            'credits': [
                {
                    'id': item.id,
                    'move_id': item.move_id,
                    'name': item.name,
                    'date': _iso(item.date),
                    'amount': -item.amount,
                }
                for item in owed
                if item.amount < 0
            ],
            'waiting': self._get_waiting(case),
            'promises': [self._describe_promise(promise) for promise in promises],
            'disputes': [self._describe_dispute(dispute) for dispute in case.dispute_ids],
            'pays': profile.summary or '',
            'keep_rate': self._get_keep_rate(promises),
            'usual_day': self._get_usual_day(case, profile, look.day).isoformat(),
            'contacts': self._get_contacts(case),
            'reminders': self._get_reminders(case),
            'can_write': case._may_be_worked_on(),
        }

    @api.model
    def _get_figures(self, case):
        return {
            **{
                name: case[name]
                for name in (
                    'overdue',
                    'credits',
                    'disputed',
                    'promised',
                    'silent',
                    'expected',
                    'unpaid_chance',
                )
            },
            'oldest_due': _iso(case.oldest_due),
        }

    @api.model
    def _get_action(self, case):
        labels = dict(case._fields['action']._description_selection(self.env))
        rules = self.env['pos_receivable.followup.rule']
        return {
            'code': case.action or '',
            'label': labels.get(case.action, ''),
            'reasons': rules._say(case.action_reasons, case.currency_id),
        }

    @api.model
    def _get_seen(self, case, day):
        """What somebody else has done about it today."""
        if not case.deed_at or case.deed_user_id == self.env.user:
            return ''
        moment = fields.Datetime.context_timestamp(case, case.deed_at)
        return case._describe_deed() if moment.date() == day else ''

    @api.model
    def _find_invoices(self, owed):
        """Of the entries, those of which something may be disputed: their ids."""
        return set(
            self.env['account.move']
            .search(
                [
                    ('id', 'in', [item.move_id for item in owed]),
                    ('move_type', 'in', COLLECTABLE_TYPES),
                ]
            )
            .ids
        )

    @api.model
    def _describe_item(self, item, look, is_invoice):
        return {
            'id': item.id,
            'move_id': item.move_id,
            'name': item.name,
            'date': _iso(item.date),
            'due_date': _iso(item.due_date),
            'days_late': max((look.day - item.due_date).days, 0),
            'amount': item.amount,
            'amount_currency': item.amount_currency,
            'currency_id': item.currency_id,
            'is_invoice': is_invoice,
            'disputed': item.disputed,
            'chance': look.chances.get(item.id, 0.0),
            'silence': item.silence,
            'ticked': item.chased(look.day) > 0,
        }

    @api.model
    def _get_waiting(self, case):
        hooks = self.env['pos_receivable.customer.hooks']
        amount = hooks._get_waiting_money(case.partner_id, case.company_id).get(case.partner_id.id)
        if not amount:
            return []
        return [{'label': self.env._("May be theirs"), 'amount': amount, 'date': False}]

    @api.model
    def _describe_promise(self, promise):
        return {
            'id': promise.id,
            'date': _iso(promise.date),
            'amount': promise.amount,
            'received': promise.received,
            'state': promise.state,
            'taken_by': promise.taken_by or promise.user_id.name or '',
        }

    @api.model
    def _describe_dispute(self, dispute):
        return {
            'id': dispute.id,
            'move_id': dispute.move_id.id,
            'name': dispute.move_id.name,
            'amount': dispute.amount,
            'currency_id': dispute.currency_id.id,
            'reason': dispute.reason_id.name,
            'owner': dispute.user_id.name or '',
            'opened_on': _iso(dispute.opened_on),
            'state': dispute.state,
            'draft_id': dispute.credit_note_id.id,
        }

    @api.model
    def _get_keep_rate(self, promises):
        """Between what is known of them and one in two, which is what is known of everybody."""
        kept = len(promises.filtered(lambda promise: promise.state == 'kept'))
        closed = kept + len(promises.filtered(lambda promise: promise.state == 'broken'))
        return (kept + 1) / (closed + 2) if closed else None

    @api.model
    def _find_profile(self, case):
        """How they pay in the company, or in the branch where they have paid most."""
        profiles = self.env['pos_receivable.payment.profile'].search(
            [
                ('partner_id', '=', case.partner_id.id),
                ('company_id', 'child_of', case.company_id.id),
            ]
        )
        mine = profiles.filtered(lambda profile: profile.company_id == case.company_id)
        return mine or profiles.sorted('settled_count', reverse=True)[:1]

    @api.model
    def _get_usual_day(self, case, profile, day):
        """A working day on which they are likely to pay, by how late they usually do."""
        usual = case.oldest_due and case.oldest_due + timedelta(days=profile.median_days_due)
        later = usual if usual and usual > day else day + A_WEEK
        return self.env['pos_receivable.followup.money']._add_working_days(
            case.company_id, later, 0
        )

    @api.model
    def _get_contacts(self, case):
        subtypes = {
            self.env.ref(f'pos_receivable_followup.subtype_{kind}').id: kind for kind in KINDS
        }
        messages = self.env['mail.message'].search_fetch(
            Domain('model', '=', case._name)
            & Domain('res_id', '=', case.id)
            & (
                Domain('subtype_id', 'in', list(subtypes))
                | Domain('message_type', 'in', ('email', 'email_outgoing', 'comment'))
            ),
            limit=CONTACTS,
        )
        return [
            {
                'date': message.date.isoformat(),
                'kind': subtypes.get(message.subtype_id.id)
                or ('reply' if message.message_type == 'email' else 'email'),
                'text': html2plaintext(message.body or '')[:TEXT],
                'author': message.author_id.name or message.email_from or '',
            }
            for message in messages
        ]

    @api.model
    def _get_reminders(self, case):
        return []


def _iso(day):
    return day.isoformat() if day else False
