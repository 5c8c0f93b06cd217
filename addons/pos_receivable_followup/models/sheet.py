from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, html2plaintext

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
        known = self._read_known(case)
        profile = self.env['pos_receivable.payment.profile'].new(known['profile'] or {})
        return {
            'id': case.id,
            'partner': known['partner'],
            'currency_id': root.currency_id.id,
            'company': root.name,
            'looked_at': self.env.cr.now().replace(tzinfo=None).isoformat(),
            'figures': self._get_figures(case),
            'action': self._get_action(case),
            'collector': known['collector'] or '',
            'snoozed_until': _iso(case.snoozed_until),
            'is_insolvent': case.is_insolvent,
            'seen': self._get_seen(case, look.day),
            'items': [self._describe_item(item, look) for item in owed if item.amount > 0],
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
            'promises': known['promises'],
            'disputes': known['disputes'],
            'pays': profile._get_summary() if known['profile'] else '',
            'keep_rate': self._get_keep_rate(known['promises']),
            'usual_day': self._get_usual_day(case, profile, look.day).isoformat(),
            'contacts': [self._describe_contact(contact) for contact in known['contacts']],
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
    def _describe_item(self, item, look):
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
            'is_invoice': item.is_invoice,
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
    def _get_keep_rate(self, promises):
        """Between what is known of them and one in two, which is what is known of everybody."""
        states = [promise['state'] for promise in promises]
        kept, broken = states.count('kept'), states.count('broken')
        return (kept + 1) / (kept + broken + 2) if kept + broken else None

    @api.model
    def _get_usual_day(self, case, profile, day):
        """A working day on which they are likely to pay, by how late they usually do."""
        usual = case.oldest_due and case.oldest_due + timedelta(days=profile.median_days_due)
        later = usual if usual and usual > day else day + A_WEEK
        return self.env['pos_receivable.followup.money']._add_working_days(
            case.company_id, later, 0
        )

    @api.model
    def _describe_contact(self, contact):
        subtypes = {self._get_subtype_id(kind): kind for kind in KINDS}
        is_reply = contact['message_type'] == 'email'
        return {
            'date': contact['date'],
            'kind': subtypes.get(contact['subtype_id']) or ('reply' if is_reply else 'email'),
            'text': html2plaintext(contact['body'] or '')[:TEXT],
            'author': contact['author'] or '',
        }

    @api.model
    def _get_subtype_id(self, kind):
        return self.env['ir.model.data']._xmlid_to_res_id(f'pos_receivable_followup.subtype_{kind}')

    @api.model
    def _read_known(self, case):
        """What is kept of the case and its customer, in one query: ``{'partner', 'collector', 'promises',
        'disputes', 'profile', 'contacts'}``, the first eight of the last."""
        for model in ('promise', 'dispute', 'payment.profile'):
            self.env[f'pos_receivable.{model}'].flush_model()
        self.env['mail.message'].flush_model()
        self.env['res.partner'].flush_model(['name', 'phone', 'email', 'lang'])
        self.env.cr.execute(
            SQL(
                """
                SELECT (
                           SELECT JSON_BUILD_OBJECT(
                                      'id', id,
                                      'name', COALESCE(name, ''),
                                      'phone', COALESCE(phone, ''),
                                      'email', COALESCE(email, ''),
                                      'lang', COALESCE(lang, '')
                                  )
                             FROM res_partner
                            WHERE id = %(customer)s
                       ) AS partner,
                       (
                           SELECT partner.name
                             FROM pos_receivable_case known
                             JOIN res_users collector ON collector.id = known.user_id
                             JOIN res_partner partner ON partner.id = collector.partner_id
                            WHERE known.id = %(case)s
                       ) AS collector,
                       ARRAY(
                           SELECT JSON_BUILD_OBJECT(
                                      'id', promise.id,
                                      'date', promise.date,
                                      'amount', promise.amount,
                                      'received', COALESCE(promise.received, 0),
                                      'state', promise.state,
                                      'taken_by', COALESCE(promise.taken_by, partner.name, '')
                                  )
                             FROM pos_receivable_promise promise
                        LEFT JOIN res_users taker ON taker.id = promise.user_id
                        LEFT JOIN res_partner partner ON partner.id = taker.partner_id
                            WHERE promise.case_id = %(case)s
                         ORDER BY promise.date, promise.id
                       ) AS promises,
                       ARRAY(
                           SELECT JSON_BUILD_OBJECT(
                                      'id', dispute.id,
                                      'move_id', dispute.move_id,
                                      'name', move.name,
                                      'amount', dispute.amount,
                                      'currency_id', move.currency_id,
                                      'reason', COALESCE(
                                          reason.name ->> %(lang)s, reason.name ->> 'en_US', ''
                                      ),
                                      'owner', COALESCE(partner.name, ''),
                                      'opened_on', dispute.opened_on,
                                      'state', dispute.state,
                                      'draft_id', COALESCE(dispute.credit_note_id, 0)
                                  )
                             FROM pos_receivable_dispute dispute
                             JOIN account_move move ON move.id = dispute.move_id
                             JOIN pos_receivable_shortfall_reason reason
                               ON reason.id = dispute.reason_id
                        LEFT JOIN res_users owner ON owner.id = dispute.user_id
                        LEFT JOIN res_partner partner ON partner.id = owner.partner_id
                            WHERE dispute.case_id = %(case)s
                         ORDER BY dispute.id DESC
                       ) AS disputes,
                       (
                           SELECT JSON_BUILD_OBJECT(
                                      'settled_count', profile.settled_count,
                                      'median_days_due', profile.median_days_due,
                                      'has_trend', profile.has_trend,
                                      'trend', profile.trend
                                  )
                             FROM pos_receivable_payment_profile profile
                             JOIN res_company company ON company.id = profile.company_id
                            WHERE profile.partner_id = %(customer)s
                              AND company.parent_path LIKE %(tree)s
                         ORDER BY company.id = %(root)s DESC, profile.settled_count DESC
                            LIMIT 1
                       ) AS profile,
                       ARRAY(
                           SELECT JSON_BUILD_OBJECT(
                                      'date', message.date,
                                      'message_type', message.message_type,
                                      'subtype_id', message.subtype_id,
                                      'body', message.body,
                                      'author', COALESCE(author.name, message.email_from)
                                  )
                             FROM mail_message message
                        LEFT JOIN res_partner author ON author.id = message.author_id
                            WHERE message.model = 'pos_receivable.case'
                              AND message.res_id = %(case)s
                              AND (
                                  message.subtype_id = ANY(%(subtypes)s)
                                  OR message.message_type IN ('email', 'email_outgoing', 'comment')
                              )
                         ORDER BY message.id DESC
                            LIMIT %(most)s
                       ) AS contacts
                """,
                case=case.id,
                customer=case.partner_id.id,
                root=case.company_id.id,
                tree=f'{case.company_id.id}/%',
                lang=self.env.lang or 'en_US',
                subtypes=[self._get_subtype_id(kind) for kind in KINDS],
                most=CONTACTS,
            )
        )
        return self.env.cr.dictfetchone()

    @api.model
    def _get_reminders(self, case):
        return []


def _iso(day):
    return day.isoformat() if day else False
