import traceback

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError

from ..tools import retries
from . import rpc

PAYLOADS = 500  # for each method with parameters
FEW_PAYLOADS = 60  # where there is no more to try than ids
MOST_QUERIES = 150  # of a refusal, however large what was sent

SCALARS = st.one_of(
    st.sampled_from(
        [None, True, False, 0, -1, 1, 2**31 - 1, 2**31, -(2**31), 2**63, 2**64, 10**400]
        + [0.0, -0.0, 0.001, 50.005, -5.0, 1e15, 1e16, 1e308, 5e-324]
        + [float('nan'), float('inf'), float('-inf')]
        + ['', ' ', '0', '1', 'false', 'NaN', '\x00', '\ud800', '\u202e', '\U0001f4b8', "'; --"]
        + ['%s', '%', '_', '\\', '{}', '1,5', '٣', '²', 'x' * 100_000, 'a@b.example', '\n' * 1000]
        + ['2026-11-20', '2026-02-30', '0001-01-01', '9999-12-31', '2026-11-20 10:00:00', 'today']
    ),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
)
KEYS = st.sampled_from(['id', 'invoice_id', 'amount', 'code', 'note', '', '__class__'])
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)  # what JSON can say


@st.composite
def payloads(draw, names, strange):
    """Something strange for one parameter or several, what makes sense for the others: so that what
    is behind a good parameter is looked at too."""
    spoilt = draw(st.sets(st.sampled_from(sorted(names)), min_size=1)) if names else ()
    return {
        name: draw(strange if name in spoilt else st.sampled_from(sensible))
        for name, sensible in names.items()
    }


class BadInput:
    """Whatever is sent as a parameter of an addon's methods is either done or refused in words. A
    refusal has written nothing, without the help of the roll-back that follows it, and was not
    expensive.

    Mixed into a test with a ``self.manager`` who may call all of them, and ``self.unusual_ids`` of
    records that are gone, of other kinds, or of companies that are none of the manager's business.
    """

    addon = None
    gone_id = 0

    def _get_parameters(self):
        """What makes sense for each parameter of each method:
        ``{'model.method': {parameter: [values]}}``."""
        raise NotImplementedError

    def _get_known_ids(self):
        """Ids of records on which the methods work: ``{model: ids}``."""
        raise NotImplementedError

    def test_whatever_is_sent_is_done_or_refused_in_words(self):
        parameters = self._get_parameters()
        self.assertEqual(set(parameters), rpc.find_own_methods(self.env, self.addon))
        for method, names in parameters.items():
            with self.subTest(method=method):
                before = rpc.read_ledger(self.env)
                self._send(method, names)
                self.assertEqual(rpc.read_ledger(self.env), before)

    def _get_ids(self, method, weight=1):
        """Ids of records on which the method works, ``weight`` times, and others."""
        known = list(self._get_known_ids()[method.rpartition('.')[0]])
        # On no invoice, reconciling is the schedule's work, which commits.
        none = [] if method.startswith('account.move.') else [[]]
        unusual = [*none, [0], [-1], [2**31 - 1], [2**70], [True], known * 2, [self.gone_id]]
        unusual += [[None], [1.5], [float('nan')], ['x'], ['1'], [known], [{}], 'x']
        return [*[known] * weight, *unusual, [self.gone_id, *known]]

    def _send(self, method, names):
        # Without parameters there is no more to try than ids.
        ids = st.sampled_from(self._get_ids(method, weight=24 if names else 2))
        strange = JUNK | st.sampled_from(self.unusual_ids)

        @settings(
            max_examples=PAYLOADS if names else FEW_PAYLOADS,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(ids, payloads(names, strange), strange)
        def send(ids, values, employee):
            self._send_one(method, ids, values, employee)

        send()

    def _send_one(self, method, ids, values, employee):
        queries = self.env.cr.sql_log_count
        savepoint = self.env.cr.savepoint()
        context = {'pos_employee_id': employee}
        refusal = None
        try:
            rpc.call(self.manager, *method.rsplit('.', 1), ids, context=context, **values)
            self.env.flush_all()
        except (AccessError, UserError) as error:
            refusal = error
        finally:
            # What a refusal wrote stays, to be found in the ledger.
            savepoint.close(rollback=refusal is None)
        if refusal:
            self.assertTrue(str(refusal))
            self.assertLess(self.env.cr.sql_log_count - queries, MOST_QUERIES)

    def test_another_signature_is_refused_before_anything_runs(self):
        for method, names in self._get_parameters().items():
            sensible = {name: values[0] for name, values in names.items()}
            with self.subTest(method=method):
                self.assertNotCalled(method, no_such_parameter=1, **sensible)
                self.assertNotCalled(method, *sensible.values(), 'one', 'too', 'many')

    def assertNotCalled(self, method, *args, **kwargs):
        """Python itself refuses: what a remote caller of any method of the core is answered."""
        try:
            rpc.call(
                self.manager, *method.rsplit('.', 1), self._get_ids(method)[0], *args, **kwargs
            )
        except TypeError as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            self.assertTrue(last.name == 'call_kw' or last.filename == retries.__file__, last)
        else:
            self.fail(f"{method} took another signature")
