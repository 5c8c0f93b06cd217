from odoo import models
from odoo.tools import SQL

from ..tools.bulk_messages import KEY


class PosReceivableBulkMessages(models.AbstractModel):
    """Inherited by the models whose changes are told in bulk. What other addons hook into
    ``mail.thread`` is called with messages that exist, once they do."""

    _name = 'pos_receivable.bulk.messages'
    _inherit = 'mail.thread'
    _description = "Messages Written in Bulk"

    def _get_bulk_messages(self):
        """Where messages are collected at the moment, if they are."""
        bulk = self.env.cr.cache.get(KEY)
        return bulk if bulk and bulk.records is not None else None

    def _message_track(self, fields_iter, initial_values_dict):
        # EXTENDS 'mail'
        bulk = self.env.cr.cache.get(KEY)
        if not bulk or bulk.records is not None:
            return super()._message_track(fields_iter, initial_values_dict)
        with bulk.collecting(self):
            tracking = super()._message_track(fields_iter, initial_values_dict)
        self._write_bulk_messages(bulk)
        return tracking

    def _message_create(self, values_list):
        # EXTENDS 'mail'
        bulk = self._get_bulk_messages()
        if not bulk:
            return super()._message_create(values_list)
        bulk.values += values_list
        return self.env['mail.message']

    def _write_bulk_messages(self, bulk):
        values_list, bulk.values = bulk.values, []
        commands = [values.pop('tracking_value_ids', None) or [] for values in values_list]
        # Elevated as in the core's own logging: what changed is written down whoever changed it.
        messages = self.sudo()._message_create(values_list)
        self.env['mail.tracking.value'].sudo().create(
            [
                {**command[2], 'mail_message_id': message.id}
                for message, tracked in zip(messages, commands, strict=True)
                for command in tracked
            ]
        )

    def _message_compute_parent_id(self, parent_id):
        # EXTENDS 'mail'
        bulk = self._get_bulk_messages()
        if not bulk or parent_id or not self._mail_flat_thread:
            return super()._message_compute_parent_id(parent_id)
        return bulk.ask(self, ('parent',), _find_parents) or False

    def _notify_get_reply_to(self, default=None, author_id=False):
        # EXTENDS 'mail'
        bulk = self._get_bulk_messages()
        core = super()._notify_get_reply_to
        if not bulk or len(self) != 1:
            return core(default=default, author_id=author_id)
        address = bulk.ask(
            self,
            ('reply_to', default, author_id),
            lambda records: super()._notify_get_reply_to(default=default, author_id=author_id),
        )
        return {self.id: address}

    def _mail_get_alias_domains(self, default_company=False):
        # EXTENDS 'mail'
        bulk = self._get_bulk_messages()
        core = super()._mail_get_alias_domains
        if not bulk or len(self) != 1:
            return core(default_company=default_company)
        domain = bulk.ask(
            self,
            ('alias_domain', default_company),
            lambda records: super()._mail_get_alias_domains(default_company=default_company),
        )
        return {self.id: domain}

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        # EXTENDS 'mail'
        bulk = self._get_bulk_messages()
        if not bulk or message:
            return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        if not self._has_recipients(bulk, msg_vals):
            return []
        # There is somebody to notify, which takes a message that exists.
        values = bulk.values.pop()
        records, bulk.records = bulk.records, None
        try:
            message = self._message_create([values])
            return self._notify_thread(message, msg_vals=msg_vals, **kwargs)
        finally:
            bulk.records = records

    def _has_recipients(self, bulk, msg_vals):
        if msg_vals.get('partner_ids') or msg_vals.get('outgoing_email_to'):
            return True
        message_type, subtype_id = msg_vals['message_type'], msg_vals['subtype_id']
        return bool(
            bulk.ask(
                self,
                ('recipients', message_type, subtype_id),
                lambda records: self.env['mail.followers']._get_recipient_data(
                    records, message_type, subtype_id
                ),
            )
        )


def _find_parents(records):
    """The message a new one answers to, chosen as the core does: the latest e-mail or comment,
    else the latest of all."""
    rows = records.env.execute_query(
        SQL(
            """
              SELECT DISTINCT ON (res_id) res_id, id
                FROM mail_message
               WHERE model = %s AND res_id IN %s AND message_type != 'user_notification'
            ORDER BY res_id,
                     message_type IN ('comment', 'email') DESC,
                     COALESCE(date, create_date) DESC,
                     id DESC
            """,
            records._name,
            tuple(records.ids),
        )
    )
    return {**dict.fromkeys(records.ids), **dict(rows)}
