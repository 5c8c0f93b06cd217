"""Messages about the changes of many records, written together."""

import contextlib

KEY = 'pos_receivable.bulk_messages'


class BulkMessages:
    """Messages that are written together instead of one by one."""

    def __init__(self):
        self.values = []
        self.answers = {}  # question about a record -> {record id: answer}
        self.records = None  # whose changes are being told at the moment

    def ask(self, record, question, answer_all):
        """What ``answer_all`` says of ``record``, asked once for all records."""
        answers = self.answers.setdefault((record._name, *question), {})
        if record.id not in answers:
            same_model = self.records if self.records._name == record._name else record
            answers.update(answer_all(same_model | record))
        return answers.get(record.id)

    @contextlib.contextmanager
    def collecting(self, records):
        self.records = records
        try:
            yield
        finally:
            self.records = None


@contextlib.contextmanager
def bulk_messages(env):
    """In a savepoint, and for what is tracked up to its end: messages about the changes of many
    records are created together.

    They are composed by the core one by one, and say the same to the same people. A message with
    somebody to notify is still created and sent on its own.
    """
    env.cr.cache[KEY] = BulkMessages()
    try:
        with env.cr.savepoint():
            yield
    finally:
        env.cr.cache.pop(KEY, None)  # a rollback has emptied it
