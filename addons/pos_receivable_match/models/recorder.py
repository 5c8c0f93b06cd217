import hashlib
import logging
from collections import Counter
from dataclasses import replace

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Command

from odoo.addons.pos_receivable.tools.backoff import get_delay
from odoo.addons.pos_receivable.tools.isolate import describe_error, isolate

from ..matching import RULES_VERSION, Fit, Tier, reason
from ..tools.receipt_id import LINE, STATEMENT, ReceiptId, split
from .engine import UNREADABLE
from .mode import SUGGESTION
from .source import from_minor
from .wording import to_json

_logger = logging.getLogger(__name__)

# In the order in which people want to see them, alphabetical as the database sorts.
TIERS = {Tier.AUTO: 'certain', Tier.REVIEW: 'check', Tier.ABSTAIN: 'nothing'}


class PosReceivableMatchRecorder(models.AbstractModel):
    """Records what was matched: proposals, and the booking of what is certain. Commits nothing.

    Proposals and candidates are written elevated, as nobody may write them, and modes read so: what
    may be booked alone does not depend on who asks for the matching."""

    _name = 'pos_receivable.match.recorder'
    _description = "Matching: Recorder"

    @api.model
    def _record(self, company, matches):
        """Make or update the proposals for ``matches`` and book those that may be, each isolated
        from the others' failures; those are logged.

        :return: Counter over ``examined``, ``booked``, ``proposed``, ``unmatched``, ``failed``
        """
        counts = Counter()

        def record(places):
            states = self._record_together(company, [matches[place] for place in places])
            self.env.cr.flush()  # what fails here, or in what runs then, must not be counted
            counts.update(states)

        errors = isolate(self.env, [range(len(matches))], record)
        for [place], error in errors.items():
            receipt, _match = matches[place]
            _logger.error("Proposing invoices for %s failed: %s", receipt.id, error, exc_info=error)
        counts['failed'] += len(errors)
        return counts

    @api.model
    def _record_together(self, company, matches):
        modes = self._read_modes(company)
        matches = self._filter_alive(matches)
        rejections = self.env['pos_receivable.match.knowledge']._read_rejections(
            [receipt for receipt, _match in matches]
        )
        registered = self._find_registered(company, matches)
        obstacles = self._find_other_accounts(matches)
        matches = [
            (
                receipt,
                self._hold_back(
                    match, rejections, registered.get(receipt.id), obstacles.get(receipt.id)
                ),
            )
            for receipt, match in matches
        ]
        written = self._write_proposals(company, matches, modes)
        errors = self._book_certain(written, modes)
        states = Counter()
        for proposal in written:
            states['examined'] += 1
            if proposal in errors or _is_unreadable(proposal):
                states['failed'] += 1
            elif proposal.state == 'accepted':
                states['booked'] += 1
            elif proposal.tier == 'nothing':
                states['unmatched'] += 1
            else:
                states['proposed'] += 1
        return states

    @api.model
    def _hold_back(self, proposal, rejections, registered=None, obstacle=None):
        """What the library is certain of, but people have to decide here.

        :param rejections: as they are when it is written: somebody may just have said no
        :param registered: the payment that the money seems to be, if any
        :param obstacle: why it cannot be booked as it stands, a reason
        """
        held = [obstacle] if obstacle else []
        if registered:
            held.append(reason('held_registered', payment=registered.display_name))
        if proposal.tier is not Tier.AUTO:
            return replace(proposal, held_back=(*held, *proposal.held_back))
        best = proposal.best
        if any(part.reason.code == 'suggested' for part in best.parts):
            held.append(reason('held_suggested'))
        if any(not items.isdisjoint(best.items) for items in rejections.get(proposal.receipt, ())):
            held.append(reason('held_rejected'))
        if any(allocation.left_as is Fit.DISCOUNT for allocation in best.allocations):
            held.append(reason('held_discount'))
        return replace(proposal, tier=Tier.REVIEW, held_back=tuple(held)) if held else proposal

    @api.model
    def _find_registered(self, company, matches):
        """The money on bank statements that customers' payments of the same amount wait for.

        :return: ``{receipt id: payment}``
        """
        lines, _statement_lines = split(receipt.id for receipt, _match in matches)
        # Also what somebody has put on the customer's account already.
        reported = self.env['pos_receivable.match.knowledge']._find_reported(lines)
        waiting = [
            (receipt, match)
            for receipt, match in matches
            if (receipt.from_bank or receipt.id.id in reported)
            and match.best
            # The library knows those that it proposes.
            and not any(why.code == 'held_registered' for why in match.held_back)
        ]
        registered = self.env['pos_receivable.match.registered']._read_registered(
            company, {(receipt.currency, receipt.amount) for receipt, _match in waiting}
        )
        if not registered:
            return {}
        items = {item for _receipt, match in waiting for item in match.best.items}
        items = self.env['account.move.line'].browse(items)
        customers = {item.id: item.partner_id.commercial_partner_id.id for item in items}
        found = {}
        for receipt, match in waiting:
            for item in match.best.items:
                payment = registered.get((customers[item], receipt.currency, receipt.amount))
                if payment:
                    # Elevated, for its name: it may be of a company that the user does not see.
                    found[receipt.id] = self.env['account.payment'].sudo().browse(payment)
        return found

    @api.model
    def _find_other_accounts(self, matches):
        """The payments that are booked on another receivable account than what they seem to pay:
        the two cannot be reconciled. (Money on a bank statement goes where it is needed.)

        :return: ``{receipt id: reason}``
        """
        best = {
            receipt.id: match.best.items
            for receipt, match in matches
            if match.best and not receipt.from_bank
        }
        lines = {receipt.id for receipt in best}.union(*best.values())
        lines = {line.id: line for line in self.env['account.move.line'].browse(lines)}
        found = {}
        for receipt, items in best.items():
            line = lines[receipt.id]
            for item in items:
                if lines[item].account_id != line.account_id:
                    found[receipt] = reason(
                        'held_other_account',
                        payment=line.account_id.display_name,
                        invoice=lines[item].account_id.display_name,
                    )
        return found

    @api.model
    def _write_proposals(self, company, matches, modes):
        """
        :return: the undecided proposals for the receipts of ``matches``
        """
        known = self._find_proposals(matches)
        currencies = self.env['pos_receivable.match.source']._read_currencies()
        proposals = self.env['pos_receivable.match.proposal'].sudo()
        standing = self.env['pos_receivable.match.standing']
        new, changed, unchanged = [], [], proposals
        for receipt, match in matches:
            vals = self._prepare_proposal_vals(company, receipt, match, modes, currencies)
            proposal = known.get(receipt.id)
            if not proposal:
                new.append((vals, receipt, match))
            elif proposal.fingerprint == vals['fingerprint']:
                unchanged += proposal
            else:
                if proposal.currency_id.compare_amounts(vals['amount'], proposal.amount) < 0:
                    standing._note_elsewhere(proposal)
                proposal.write(vals)
                changed.append((proposal, receipt, match))
        unchanged.date_matched = self.env.cr.now()
        try:
            created = proposals.create([vals for vals, _receipt, _match in new])
        except UniqueViolation as conflict:
            # Proposed by somebody else since this transaction began, unseen by it.
            raise ConcurrencyError("receipt proposed twice") from conflict
        proposals.union(*(proposal for proposal, _r, _m in changed)).candidate_ids.unlink()
        changed += [(p, *rest) for p, (_vals, *rest) in zip(created, new, strict=True)]
        self._write_candidates(changed, currencies)
        changed = proposals.union(*(proposal for proposal, _receipt, _match in changed))
        observed = changed.filtered(lambda proposal: proposal.state == 'observed')
        self.env['pos_receivable.decision']._log(observed, 'observe', automatic=True)
        return unchanged + changed

    @api.model
    def _filter_alive(self, matches):
        """Without the money and invoices that were deleted since they were read."""
        items = {
            item
            for receipt, match in matches
            for candidate in match.candidates
            for item in candidate.items
        }
        lines, others = split(receipt.id for receipt, _match in matches)
        alive = set(self.env['account.move.line'].browse(items.union(lines)).exists()._ids)
        statement_lines = self.env['account.bank.statement.line'].browse(others).exists()._ids
        known = {ReceiptId(LINE, id_) for id_ in alive}
        known |= {ReceiptId(STATEMENT, id_) for id_ in statement_lines}
        return [
            (receipt, _without_dead(match, alive))
            for receipt, match in matches
            if receipt.id in known
        ]

    @api.model
    def _find_proposals(self, matches):
        """
        :return: ``{receipt id: undecided proposal}``
        """
        lines, statement_lines = split(receipt.id for receipt, _match in matches)
        found = (
            self.env['pos_receivable.match.proposal']
            .sudo()
            .search(
                [
                    ('state', 'in', ('open', 'observed')),
                    '|',
                    ('line_id', 'in', lines),
                    ('statement_line_id', 'in', statement_lines),
                ]
            )
        )
        return {proposal._get_receipt_id(): proposal for proposal in found}

    @api.model
    def _read_modes(self, company):
        modes = self.env['pos_receivable.mode'].sudo()
        modes = modes.search([('company_id', '=', company.id)])
        return {mode.capability: mode.mode for mode in modes}

    @api.model
    def _prepare_proposal_vals(self, company, receipt, match, modes, currencies):
        currency = currencies[receipt.currency]
        best = match.candidates[0] if match.candidates else None
        capability = match.rule if match.tier is Tier.AUTO else SUGGESTION
        held = [to_json(why) for why in match.held_back]
        content = [receipt, match, RULES_VERSION, modes.get(capability)]
        return {
            **receipt.id.columns(),
            'company_id': company.id,
            'currency_id': currency.id,
            'amount': from_minor(receipt.amount, currency),
            'date': receipt.date,
            'payer_name': receipt.payer_name,
            'payer_account': receipt.payer_account,
            'text': receipt.text,
            'reference': receipt.reference,
            'receipt_partner_id': receipt.partner,
            'state': 'observed' if modes.get(capability) == 'observe' else 'open',
            'tier': TIERS[match.tier if best else Tier.ABSTAIN],
            'capability': capability,
            'score': best.score if best else 0,
            'margin': match.margin,
            'held_back': held,
            'rules_version': RULES_VERSION,
            'fingerprint': hashlib.sha256(repr(content).encode()).hexdigest(),
            'date_matched': self.env.cr.now(),
            'candidate_id': False,
        }

    @api.model
    def _write_candidates(self, changed, currencies):
        """
        :param changed: list of ``(proposal, receipt, match)``
        """
        items = self.env['account.move.line'].browse(
            {
                item
                for _proposal, _receipt, match in changed
                for candidate in match.candidates
                for item in candidate.items
            }
        )
        items = {item.id: item for item in items}
        candidates = self.env['pos_receivable.match.candidate'].sudo()
        created = candidates.create(
            [
                {
                    'proposal_id': proposal.id,
                    'sequence': place,
                    **self._prepare_candidate_vals(
                        candidate, items, proposal.company_id, currencies[receipt.currency]
                    ),
                }
                for proposal, receipt, match in changed
                for place, candidate in enumerate(match.candidates)
            ]
        )
        for candidate in reversed(created):
            # What another receipt has already taken can be looked at, not accepted.
            if not candidate.is_taken:
                candidate.proposal_id.candidate_id = candidate

    @api.model
    def _prepare_candidate_vals(self, candidate, items, company, currency):
        return {
            # Known here: computed from the proposal, it would take another query for each batch.
            'company_id': company.id,
            'score': candidate.score,
            'fit': candidate.fit.value,
            'is_taken': candidate.taken,
            'parts': [
                {'channel': part.channel, 'points': part.points, **to_json(part.reason)}
                for part in sorted(candidate.parts, key=lambda part: -part.points)
            ],
            'partner_id': items[candidate.items[0]].partner_id.id,
            'amount': from_minor(
                sum(allocation.paid for allocation in candidate.allocations), currency
            ),
            'allocation_ids': [
                Command.create(
                    {
                        'company_id': company.id,
                        **self._prepare_allocation_vals(
                            allocation, number, items[allocation.item].currency_id, currency
                        ),
                    }
                )
                for number, allocation in enumerate(candidate.allocations)
            ],
        }

    @api.model
    def _prepare_allocation_vals(self, allocation, number, currency, receipt_currency):
        return {
            'sequence': number,
            'line_id': allocation.item,
            'amount': from_minor(allocation.amount, currency),
            'paid': from_minor(allocation.paid, receipt_currency),
            'left': from_minor(allocation.left, currency),
            'left_as': allocation.left_as.value,
        }

    # -------------------------------------------------------------------------
    # Automatic booking
    # -------------------------------------------------------------------------

    @api.model
    def _book_certain(self, proposals, modes):
        """Book what is certain where the mode allows it. Who is in the way, or what is paid
        meanwhile, waits for the next night.

        :return: ``{proposal: exception}`` for what failed otherwise
        """
        now = self.env.cr.now()
        booker = self.env['pos_receivable.match.booker']
        certain = proposals.filtered(
            lambda proposal: (
                proposal.state == 'open'
                and proposal.tier == 'certain'
                and modes.get(proposal.capability) == 'auto'
                and proposal.candidate_id
                and (not proposal.next_retry or proposal.next_retry <= now)
                and not booker._find_obstacle(proposal, proposal.candidate_id)
            )
        )
        # What failed before is likely to fail again, and would take the others with it.
        suspects = certain.filtered('attempts')
        errors = isolate(
            self.env,
            [*suspects, certain - suspects],
            lambda group: [
                booker._accept(proposal, proposal.candidate_id, automatic=True)
                for proposal in group
            ],
        )
        for proposal, error in errors.items():
            _logger.error(
                "Booking the match of %s (proposal %s) failed: %s",
                proposal.display_name,
                proposal.id,
                error,
                exc_info=error,
            )
            attempts = proposal.attempts + 1
            proposal.write(
                {
                    'attempts': attempts,
                    'error': describe_error(error),
                    'next_retry': now + get_delay(attempts),
                }
            )
        return errors


def _is_unreadable(proposal):
    return any(why['code'] == UNREADABLE for why in proposal.held_back or ())


def _without_dead(match, alive):
    """``match`` without the candidates of which an item is not ``alive``; certain only as long as
    the best one is."""
    candidates = tuple(c for c in match.candidates if alive.issuperset(c.items))
    is_best_alive = candidates[:1] == match.candidates[:1]
    tier = Tier.REVIEW if match.tier is Tier.AUTO and not is_best_alive else match.tier
    return replace(match, candidates=candidates, tier=tier)
