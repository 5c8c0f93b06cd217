"""Many copies of a few records in seconds: INSERT … SELECT, links between the copies kept."""

from odoo.tools import SQL


class Cloner:
    """Copies rows of several tables `copies` times; copy n of one table links to copy n of another.

    Only what is written by ``clone`` is copied: name every table that matters.
    """

    def __init__(self, env, copies):
        self.env = env
        self.copies = copies
        self.blocks = {}  # table -> (first new id, ids copied)

    def clone(self, records, links=None, where=None, table=None, **values):
        """Copy `records`, or the rows `where` of `table`.

        :param dict links: column -> table cloned before, or this one
        :param values: column -> SQL over the row ``t`` and the number ``n`` of the copy; ``{id}`` in
            it is the new row's id
        """
        self.env.flush_all()
        table = table or records._table
        ids = records.ids if where is None else self._select(table, where)
        if not ids:
            return
        [[last]] = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table))
        )
        self.blocks[table] = (last + 1, ids)
        new = {"id": self.mapped(table, "t.id")}
        for column, target in (links or {}).items():
            new[column] = f"COALESCE({self.mapped(target, f't.{column}')}, t.{column})"
        for column, expression in values.items():
            new[column] = expression.replace("{id}", new["id"])
        self._insert(table, new, f"t.id = ANY(ARRAY{ids})")
        self.env.execute_query(
            SQL(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), MAX(id)) FROM %s",
                table,
                SQL(table),
            )
        )

    def clone_relation(self, table, **links):
        """Copy the rows of a many-to-many table both ends of which were copied."""
        if not all(target in self.blocks for target in links.values()):
            return
        new = {column: self.mapped(target, f"t.{column}") for column, target in links.items()}
        condition = " AND ".join(
            f"t.{column} = ANY(ARRAY{self.blocks[target][1]})" for column, target in links.items()
        )
        self._insert(table, new, condition)

    def mapped(self, table, expression):
        """SQL for the id of copy n of the row whose id `expression` is; NULL if not copied."""
        first, ids = self.blocks[table]
        return f"({first} + n * {len(ids)} + array_position(ARRAY{ids}, {expression}) - 1)"

    def _select(self, table, where):
        rows = self.env.execute_query(SQL(f"SELECT id FROM {table} WHERE {where} ORDER BY id"))
        return [id_ for [id_] in rows]

    def _insert(self, table, new, condition):
        columns = self._columns(table)
        chosen = ", ".join(new.get(column, f't."{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        self.env.cr.execute(
            f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {table} t,"
            f" generate_series(0, {self.copies - 1}) n WHERE {condition} ORDER BY n, 1"
        )

    def _columns(self, table):
        rows = self.env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
                table,
            )
        )
        return [name for [name] in rows]


def followers_and_messages(cloner, model, table):
    """Copy who follows the copied records and what their chatter says."""
    [ids] = [block[1] for name, block in cloner.blocks.items() if name == table]
    where = f"model = '{model}' AND res_id = ANY(ARRAY{ids})"
    cloner.clone(None, {"res_id": table, "parent_id": "mail_message"}, where, "mail_message")
    where = f"res_model = '{model}' AND res_id = ANY(ARRAY{ids})"
    cloner.clone(None, {"res_id": table}, where, "mail_followers")
    if "mail_followers" not in cloner.blocks:
        return
    ids = cloner.blocks["mail_followers"][1]
    cloner.env.cr.execute(
        f"""INSERT INTO mail_followers_mail_message_subtype_rel
            SELECT {cloner.mapped("mail_followers", "t.mail_followers_id")}, mail_message_subtype_id
              FROM mail_followers_mail_message_subtype_rel t,
                   generate_series(0, {cloner.copies - 1}) n
             WHERE t.mail_followers_id = ANY(ARRAY{ids})"""
    )


def customers(env, count):
    """`count` new customers; the id of the first, the others follow it."""
    prototype = env["res.partner"].create({"name": "Customer", "is_company": True})
    cloner = Cloner(env, count)
    cloner.clone(
        prototype,
        {"commercial_partner_id": "res_partner"},
        name="t.name || ' ' || n",
        complete_name="t.complete_name || ' ' || n",
        commercial_company_name="t.commercial_company_name || ' ' || n",
    )
    return cloner.blocks["res_partner"][0]


def finish(env):
    """What the server would have done in a database grown over years."""
    env.flush_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
