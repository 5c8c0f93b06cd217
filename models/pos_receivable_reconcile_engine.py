import logging
import math
import time

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..tools.isolate import CONFLICTS, describe_error, isolate
from ..tools.reconcile_plan import plan_waves

_logger = logging.getLogger(__name__)

# What a request has time for, also where all of it fails: each failure takes many times as long.
MOST_BY_HAND = 500
LARGEST_BY_HAND = 100  # batch
SECONDS_BY_HAND = 15
# An attempt costs as much, besides, as nine invoices that fail together: where a share of them fails,
# the square root of nine by that share loses least.
FIXED_COST = 9


class PosReceivableReconcileEngine(models.AbstractModel):
    """Reconciles a batch of invoices with what is linked to them: lock, read, plan, write, verify,
    describe. Knows nothing of schedules, and commits nothing.

    Runs and issues are written elevated: nobody but these jobs may."""

    _name = 'pos_receivable.reconcile.engine'
    _inherit = 'pos_receivable.jobs'
    _description = "Reconciliation: Engine"

    # -------------------------------------------------------------------------
    # By hand
    # -------------------------------------------------------------------------

    @api.model
    def _run_selected(self, invoices):
        """Reconcile just these, whatever the schedule's settings, without committing.

        No more than a request has time for: what is due last is handed over to the schedule, by a
        run that has not ended.

        :return: the runs, one per root company
        """
        runs = self.env['pos_receivable.reconcile.run'].sudo()
        deadline = time.monotonic() + SECONDS_BY_HAND
        room = MOST_BY_HAND
        for company, selected in invoices.grouped(lambda move: move.company_id.root_id).items():
            engine = self._with_tree(company)
            run = runs._start(company, 'manual')
            ordered = selected.sorted(lambda move: (move.invoice_date_due or move.date, move.id))
            done = engine._run_batches(run, ordered.with_env(engine.env)[:room], deadline)
            engine._resolve_unsolvable(self._get_issues()._find_failed(done))
            run._hand_over((ordered - done).ids)
            room -= len(done)
            runs += run
        return runs

    @api.model
    def _run_batches(self, run, invoices, deadline):
        """
        :param deadline: after which no further batch is begun
        :return: those that were done
        """
        done = invoices.browse()
        size = min(self._get_setting('batch_size'), LARGEST_BY_HAND)
        for batch in split_every(size, invoices.ids, invoices.browse):
            outcomes, busy = self._reconcile_batch(batch)
            run._record(outcomes + [self._skip(invoice) for invoice in busy])
            done += batch
            if time.monotonic() >= deadline:
                break
        return done

    # -------------------------------------------------------------------------
    # Batch
    # -------------------------------------------------------------------------

    @api.model
    def _reconcile_batch(self, invoices, together=0):
        """Reconcile ``invoices`` with the credits linked to them, each isolated from the others'
        failures, in reading as in writing; those are logged and noted as issues.

        :param int together: how many are tried at once; all of them when 0
        :return: ``(outcomes, busy)``: a dict per invoice as the log wants it, and the invoices
            somebody else is working on
        :raise psycopg2.errors.SerializationFailure: rows were changed meanwhile
        """
        results = {}
        errors = isolate(
            self.env,
            [invoices],
            lambda group: results.update(self._reconcile_locked(group, together)),
        )
        for invoice, error in errors.items():
            results[invoice.id] = self._prepare_line_vals(
                invoice, 'failed', error=describe_error(error)
            )
        self._note_failures(errors)
        found = [results[id_] for id_ in invoices.ids if id_ in results]
        busy = invoices.browse(id_ for id_, outcome in results.items() if outcome is None)
        return [outcome for outcome in found if outcome], busy

    @api.model
    def _get_number_together(self, run):
        """How many to try at once after what has failed in ``run`` so far, as ``together`` of
        :meth:`_reconcile_batch`; what had failed before is tried alone anyway and does not count."""
        if not run.failed_count:
            return 0
        failed = self._get_issues().search_count(
            [
                ('kind', '=', 'reconcile'),
                ('company_id', 'in', self.env.companies.ids),
                ('date_first_failed', '>=', run.date_start),
            ]
        )
        return failed and max(math.isqrt(FIXED_COST * run.examined_count // failed), 1)

    @api.model
    def _note_failures(self, errors):
        """Note each, as far as that does not fail as well."""
        not_noted = isolate(
            self.env,
            errors,
            lambda invoice: self._update_issues(invoice.browse(), {invoice: errors[invoice]}),
        )
        for invoice, error in not_noted.items():
            _logger.error(
                "The failure of invoice %s could not be noted: %s",
                invoice.id,
                error,
                exc_info=error,
            )

    @api.model
    def _reconcile_locked(self, invoices, together):
        """Lock, read, reconcile and describe ``invoices``; of writing, each is isolated.

        Locks the invoices and the journal items. Locking rows that were changed after this
        transaction began to read fails, so what is locked is what was read.

        :return: ``{invoice id: its outcome}``, None for those somebody else is working on
        """
        locked = invoices.exists().try_lock_for_update(allow_referencing=True)
        pairs, shared = self.env['pos_receivable.reconcile.evidence']._read_pairs(locked)
        items = self.env['account.move.line'].browse(
            {item for pair in pairs for item in (pair.debit, pair.credit)}
        )
        locked_items = set(items.try_lock_for_update(allow_referencing=True)._ids)
        in_use = {pair.invoice for pair in pairs if not {pair.debit, pair.credit} <= locked_items}
        busy = invoices.exists() - locked | locked.browse(in_use)
        todo = (locked - busy).sorted(lambda move: invoices._ids.index(move.id))
        pairs = [pair for pair in pairs if pair.invoice not in in_use]

        before = {invoice: invoice.amount_residual_signed for invoice in todo}
        paired = locked.browse(dict.fromkeys(pair.invoice for pair in pairs))
        errors = self._reconcile_isolated(paired, pairs, shared, together)
        changed = paired.filtered(
            lambda invoice: invoice.company_currency_id.compare_amounts(
                before[invoice], invoice.amount_residual_signed
            )
        )
        self._update_issues(changed, errors)
        return dict.fromkeys(busy.ids) | {
            invoice.id: self._describe_outcome(invoice, before[invoice], errors.get(invoice))
            for invoice in todo
        }

    @api.model
    def _reconcile_isolated(self, invoices, pairs, shared, together):
        """Reconcile all in one go; when that fails, divide until the culprits are alone, and these
        payment by payment.

        :return: ``{invoice: exception}``
        """
        errors = {}
        by_invoice = {}
        for pair in pairs:
            by_invoice.setdefault(pair.invoice, []).append(pair)
        items = self.env['account.move.line'].browse(
            {item for pair in pairs for item in (pair.debit, pair.credit)}
        )
        # What is true of all of them together is true of each.
        for invoice in invoices if self._find_obstacle(pairs, items) else ():
            if error := self._find_obstacle(by_invoice[invoice.id], items):
                errors[invoice] = error
        # What failed before is likely to fail again, and would take the others with it.
        sound = invoices - invoices.browse().union(*errors)
        suspects = self._get_suspects(sound)
        others = sound - suspects
        groups = list(split_every(together or len(others) or 1, others.ids, others.browse))

        def reconcile(group):
            wanted = [pair for id_ in group.ids for pair in by_invoice[id_]]
            self._reconcile_together(group, wanted, shared)

        errors.update(isolate(self.env, [*reversed(suspects), *reversed(groups)], reconcile))
        rest = {
            invoice: self._reconcile_by_payment(invoice, by_invoice[invoice.id], shared, error)
            for invoice, error in errors.items()
        }
        return {invoice: error for invoice, error in rest.items() if error}

    @api.model
    def _reconcile_by_payment(self, invoice, pairs, shared, error):
        """Reconcile an invoice that failed with ``error`` as a whole with those of its payments that
        do not fail, as a batch would: what is for it alone first.

        :return: what remains wrong, with the names of the payments; None if nothing does
        """
        items = self.env['account.move.line'].browse(dict.fromkeys(pair.credit for pair in pairs))
        items = items.sorted(lambda item: item.id in shared)
        if len(items) == 1:
            return error

        def reconcile(item):
            wanted = [pair for pair in pairs if pair.credit == item.id]
            if obstacle := self._find_obstacle(wanted, items):
                raise obstacle
            self._reconcile_together(invoice, wanted, shared)

        errors = isolate(self.env, reversed(items), reconcile)
        if not errors or invoice.currency_id.is_zero(invoice.amount_residual):
            return None
        named = UserError(
            '; '.join(
                self.env._(
                    "%(payment)s: %(error)s",
                    payment=item.move_id.name,
                    error=describe_error(bad),
                )
                for item, bad in errors.items()
            )
        )
        [named.__cause__, *_others] = errors.values()
        return named

    @api.model
    def _find_obstacle(self, pairs, all_items):
        """The error the core would raise for these pairs before writing anything.

        :param all_items: read together with those of the pairs
        """
        accounts = {}
        for pair in pairs:
            accounts.setdefault(pair.account, set()).update((pair.debit, pair.credit))
        try:
            for ids in accounts.values():
                items = all_items.browse(ids).with_prefetch(all_items._ids)
                items._check_amls_exigibility_for_reconciliation()
        except CONFLICTS:
            raise
        except Exception as error:  # noqa: BLE001 - logged and recorded by _update_issues
            return error
        return None

    @api.model
    def _get_suspects(self, invoices):
        failed = self._get_issues()._find_failed(invoices)
        return invoices & failed.move_id.with_env(invoices.env)

    @api.model
    def _reconcile_together(self, invoices, pairs, shared):
        """
        :raise UserError: by the core; or an invoice came out with more to pay than before
        """
        before = {invoice: invoice.amount_residual for invoice in invoices}
        # As the core's Register Payment reconciles: no item is changed that terms, taxes or rounding
        # of an invoice depend on, so that they need not be compared with what they were.
        AccountMoveLine = self.env['account.move.line'].with_context(skip_invoice_sync=True)
        for wave in plan_waves(pairs, shared):
            plan = []
            for group in wave:
                items = AccountMoveLine.browse(group.items).filtered(
                    lambda item: not item.reconciled
                )
                if len({item.balance > 0 for item in items}) == 2:
                    plan.append(items)
            if plan:
                AccountMoveLine._reconcile_plan(plan)
        for invoice in invoices:
            compare = invoice.currency_id.compare_amounts
            after = invoice.amount_residual
            if compare(after, before[invoice]) > 0 or compare(after, 0) < 0:
                raise UserError(
                    self.env._(
                        "After reconciling, %(invoice)s would have %(after)s to pay instead of"
                        " %(before)s.",
                        invoice=invoice.name,
                        after=invoice.currency_id.format(after),
                        before=invoice.currency_id.format(before[invoice]),
                    )
                )

    @api.model
    def _get_issues(self):
        return self.env['pos_receivable.reconcile.issue'].sudo()

    @api.model
    def _update_issues(self, changed, errors):
        issues = self._get_issues()
        for invoice, error in errors.items():
            _logger.error(
                "Reconciliation of invoice %s (id %s) failed: %s",
                invoice.name,
                invoice.id,
                error,
                exc_info=error,
            )
            issues._record_failure(invoice, error)
        succeeded = changed - changed.browse().union(*errors)
        issues._find_failed(succeeded)._resolve(self.env._("Reconciled."))

    @api.model
    def _resolve_unsolvable(self, issues):
        """Resolve those of these open ``issues``, all of one root company, that trying again cannot
        solve: there is nothing left to pay, or to pay with."""
        issues._resolve_settled()
        waiting = issues.filtered(lambda issue: issue.state == 'open')
        if not waiting:
            return
        # Elevated, in all companies of the tree: a payment that this user may not see is one.
        evidence = (
            self.sudo()
            ._with_tree(waiting.company_id.root_id)
            .env['pos_receivable.reconcile.evidence']
        )
        linked = set()

        def read(invoices):
            linked.update(pair.invoice for pair in evidence._read_pairs(invoices)[0])

        # What cannot be read may well be linked to something.
        unread = isolate(self.env, [waiting.move_id.with_env(evidence.env)], read)
        linked.update(invoice.id for invoice in unread)
        waiting.filtered(lambda issue: issue.move_id.id not in linked)._resolve(
            self.env._("No payment linked to the invoice is left to reconcile.")
        )

    # -------------------------------------------------------------------------
    # Outcome
    # -------------------------------------------------------------------------

    @api.model
    def _describe_outcome(self, invoice, before, error):
        """What really happened to ``invoice``, judged by what is left to pay.

        :param before: what was left, in the company's currency
        """
        company_currency = invoice.company_currency_id
        amount = company_currency.round(before - invoice.amount_residual_signed)
        why = {}
        if error:
            outcome, why = 'failed', {'error': describe_error(error)}
        elif not company_currency.is_zero(amount):
            is_settled = invoice.currency_id.is_zero(invoice.amount_residual)
            outcome = 'reconciled' if is_settled else 'partly'
        else:
            reasons = self.env['pos_receivable.reconcile.reason']
            outcome, why = 'nothing', {'why': reasons._explain(invoice)}
        return self._prepare_line_vals(invoice, outcome, amount, **why)

    @api.model
    def _skip(self, invoice):
        return self._prepare_line_vals(invoice, 'skipped', why='in_use')

    @api.model
    def _prepare_line_vals(self, invoice, outcome, amount=0.0, **why):
        return {
            'move_id': invoice.id,
            'company_id': invoice.company_id.id,
            'outcome': outcome,
            'amount': amount,
            **why,
        }
