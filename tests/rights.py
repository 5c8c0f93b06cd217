from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from . import rpc


def read_table(table):
    """``{row: {person: right}}``; a long name stands on the line above its rights."""
    _blank, header, *lines = table.splitlines()
    people, rows, name = header.split(), {}, ''
    for line in lines:
        cells = line.split()
        if not line.startswith(' '):
            name, *cells = cells
        if cells:
            rows[name] = dict(zip(people, cells, strict=True))
    return rows


def is_forbidden(error):
    """To this person, or to anybody: decisions are final."""
    return isinstance(error, AccessError) or 'are final' in str(error)


class RightsMatrix:
    """Everybody against everything that an addon brings, through the server's own dispatcher.

    Mixed into a test of this addon family with a shop, ``self.company`` and an ``self.invoice``.

    ``METHODS``: whoever calls a public method of the addon, over the wire: what is theirs is done,
    for the rest the server answers with an access error. A new public method needs a row, and a
    request that works in ``_get_requests``.

    ``FIELDS``: the addon's models and fields: r may be read, w may be changed, - neither. A new
    field needs a row; a row may stand for all fields of a model.
    """

    addon = METHODS = FIELDS = None

    @classmethod
    def _create_people(cls):
        other = cls._create_company(name='Other company')
        cls.people = {
            'cashier': cls.cashier,
            'manager': cls._create_user('max', 'Max', 'point_of_sale.group_pos_manager'),
            'biller': cls._create_user('biller', 'Biller', 'account.group_account_invoice'),
            'accountant': cls._create_user(
                'ingrid', 'Ingrid', 'account.group_account_user', 'account.group_account_manager'
            ),
            'stranger': cls._create_user(
                'boris',
                'Boris',
                'point_of_sale.group_pos_manager',
                'account.group_account_manager',
                company_id=other.id,
                company_ids=[Command.set(other.ids)],
            ),
            'portal': cls._create_user(
                'mia', 'Mia', group_ids=[Command.set(cls.env.ref('base.group_portal').ids)]
            ),
            'public': cls.env.ref('base.public_user'),
        }
        # Their own company is that of the public user too: only rights are to keep them out.
        cls.people['public'].sudo().write(
            {'company_ids': [Command.set(cls.company.ids)], 'company_id': cls.company.id}
        )

    def _get_requests(self):
        """A request that a person with the right to it gets through, for each method:
        ``{'model.method': arguments}``."""
        raise NotImplementedError

    def _get_records(self):
        """Records with the addon's fields that people might get hold of: ``{model: record}``. A
        wizard is made for whoever opens it."""
        raise NotImplementedError

    def _get_context(self):
        return {}

    def test_every_public_method_does_for_everybody_what_the_table_says(self):
        table = read_table(self.METHODS)
        self.assertEqual(set(table), rpc.find_public_methods(self.env, self.addon))
        requests = self._get_requests()
        context = self._get_context()
        for method, rights in table.items():
            model, name = method.rsplit('.', 1)
            for person, right in rights.items():
                with self.subTest(method=method, person=person):
                    before = rpc.read_ledger(self.env)
                    self.assertEqual(
                        self._try(person, model, name, *requests[method], context=context), right
                    )
                    if right == 'no':
                        self.assertEqual(rpc.read_ledger(self.env), before)

    def _try(self, person, model, method, *args, context=()):
        """Whether the request gets through; whatever it does is undone."""
        with self.env.cr.savepoint() as savepoint:
            try:
                rpc.call(self.people[person], model, method, *args, context=dict(context))
            except UserError as error:
                if not is_forbidden(error):
                    raise
                return 'no'
            finally:
                savepoint.rollback()
        return 'yes'

    def test_every_field_shows_and_obeys_as_the_table_says(self):
        table = read_table(self.FIELDS)
        fields = sorted(rpc.find_fields(self.env, self.addon))
        rows = {field: self._find_row(table, field) for field in fields}
        self.assertEqual(set(table), set(rows.values()))
        for field, row in rows.items():
            for person, right in table[row].items():
                with self.subTest(field=field, person=person):
                    self.assertEqual(self._find_right(person, *field.rsplit('.', 1)), right)

    def _find_row(self, table, field):
        return field if field in table else f'{field.rsplit(".", 1)[0]}.*'

    def _find_right(self, person, model, name):
        may_read = self._try(person, model, 'read', self._get_record(person, model).ids, [name])
        rights = ('r' if may_read == 'yes' else '') + (
            'w' if self._change(person, model, name) else ''
        )
        return rights or '-'

    def _get_record(self, person, model):
        """A record that this person might get hold of."""
        if record := self._get_records().get(model):
            return record
        # A wizard belongs to whoever opened it.
        wizards = vars(self).setdefault('_wizards', {})
        if (person, model) not in wizards:
            wizard = self.env[model].with_user(self.people[person]).sudo()
            wizards[person, model] = wizard.with_context(
                active_model='account.move', active_ids=self.invoice.ids
            ).create({})
        return wizards[person, model]

    @mute_logger('odoo.sql_db')  # the database refuses to write on a view
    def _change(self, person, model, name):
        """Whether the person gets another value into the database."""
        record = self._get_record(person, model).sudo()
        before = record.read([name])
        with self.env.cr.savepoint() as savepoint:
            try:
                rpc.call(
                    self.people[person],
                    model,
                    'write',
                    record.ids,
                    {name: self._other(record, name)},
                )
                self.env.flush_all()
                self.env.invalidate_all()
                return record.read([name]) != before
            except UserError as error:
                if not is_forbidden(error):
                    raise
                return False
            finally:
                savepoint.rollback()

    def _other(self, record, name):
        """A value that the field does not have now."""
        field = record._fields[name]
        value = record[name]
        if field.type == 'selection':
            return next((key for key in field.get_values(self.env) if key != value), False)
        return {
            'boolean': not value,
            'char': 'forged',
            'date': '2020-02-02',
            'datetime': '2020-02-02 02:02:02',
            'float': 77.0,
            'integer': 77,
            'json': {'forged': True},
            'many2many': [Command.clear()],
            'many2one': self.cash_journal.id,
            'monetary': 77.0,
            'one2many': [Command.clear()],
            'text': 'forged',
        }[field.type]
