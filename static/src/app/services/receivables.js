import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { Reactive } from "@web/core/utils/reactive";
import { PartnerDues } from "@pos_receivable/app/utils/partner_dues";
import { DEBT_KINDS, identify, isInvoice } from "@pos_receivable/app/utils/debts";
import { attemptFate, PaymentAttempts } from "@pos_receivable/app/utils/payment_attempts";
import { markGuided } from "@pos_receivable/app/utils/guided_users";
import { isRefusal } from "@pos_receivable/app/utils/server_answer";

/**
 * What customers owe, and the payments on it, as this till's session knows them: who may do what,
 * every question to the server, and what was sent and not answered yet. It shows nothing, see
 * `ReceivableScreens`.
 *
 * Other addons patch it: `getSessionContext`, `canCollect`, `canVoid` and `canPayOut` are there for
 * them.
 */
export class Receivables extends Reactive {
    constructor(pos) {
        super();
        this.pos = pos;
        /** The attempts of this page whose answer is awaited, by uuid. */
        this.underWay = new Set();
        this.dues = new PartnerDues((partnerIds) =>
            this.askSession("get_partner_dues", [partnerIds])
        );
    }

    // -- Who may do what ---------------------------------------------------------------------------

    canCollect() {
        const { use_invoice_payment, _can_collect_invoices } = this.pos.config;
        return Boolean(use_invoice_payment && _can_collect_invoices);
    }

    canVoid() {
        return Boolean(this.pos.config._can_void_invoice_payments);
    }

    canKeepOnAccount() {
        return this.canCollect() && Boolean(this.pos.config.invoice_payment_on_account);
    }

    canPayOut() {
        return this.canCollect() && Boolean(this.pos.config._can_pay_out_credits);
    }

    // -- The server --------------------------------------------------------------------------------

    /** Whether nothing needs to be tried: the core has noticed that the line is gone. */
    get isOffline() {
        return this.pos.data.network.offline;
    }

    /** Call a method of this session. */
    askSession(method, args = [], kwargs = {}) {
        return this.pos.data.call("pos.session", method, [[this.pos.session.id], ...args], {
            ...kwargs,
            context: this.getSessionContext(),
        });
    }

    /** What the server is told with each call, for other addons to add to. */
    getSessionContext() {
        return {};
    }

    /**
     * @returns {Promise<Object>} what `pos.session.get_open_invoices` answers: invoices and what is owed
     *  without one, each with an `id`
     */
    async loadOpenInvoices(partnerId, { search = "", offset = 0, limit = 40 } = {}) {
        const options = { search, offset, limit, kinds: DEBT_KINDS };
        const page = await this.askSession("get_open_invoices", [partnerId], options);
        return { ...page, invoices: page.invoices.map(identify) };
    }

    /** @returns {Promise<{partner: Object, invoice: Object}|false>} whose number the code is */
    async findOpenInvoice(code) {
        const found = await this.askSession("find_open_invoice", [code]);
        return found && { ...found, invoice: identify(found.invoice) };
    }

    /** @returns {Promise<{code: string, name: string}[]>} asked for once, when first needed */
    async loadShortfallReasons() {
        this.shortfallReasons ??= await this.askSession("get_invoice_payment_shortfall_reasons");
        return this.shortfallReasons;
    }

    loadOpenCredits(partnerId) {
        return this.askSession("get_open_credits", [partnerId]);
    }

    /** @param {Object[]} debts rows of `loadOpenInvoices` that are in the books */
    async applyCredits(partnerId, creditIds, debts) {
        const answer = await this.askSession("apply_invoice_credits", [
            partnerId,
            creditIds,
            debts.filter(isInvoice).map(({ id }) => id),
            debts.filter(({ item_id }) => item_id).map(({ item_id }) => item_id),
        ]);
        return { ...answer, invoices: answer.invoices.map(identify) };
    }

    /** What this session collected, newest first. */
    loadPayments() {
        return this.askSession("get_invoice_payments");
    }

    /** @returns {Promise<Object>} the payment, its invoices as they are now */
    async voidPayment(paymentId, reason) {
        const payment = await this.askSession("void_invoice_payment", [paymentId, reason]);
        // Cash goes back to the customer.
        this.openDrawerFor(payment);
        return payment;
    }

    emailReceipt(paymentId, email) {
        return this.askSession("email_invoice_payment", [paymentId, email]);
    }

    /** Whether what was counted is still what is expected. */
    checkCounted(fingerprint) {
        return this.askSession("check_invoice_payments_counted", [fingerprint]);
    }

    /** Whether another device has closed the session, whose message to this one may have got lost. */
    async isSessionClosed() {
        const { data, session } = this.pos;
        try {
            const [found] = await data.call("pos.session", "read", [[session.id], ["state"]]);
            return found?.state === "closed";
        } catch {
            // Offline, or no longer allowed to look.
            return false;
        }
    }

    // -- One payment, sent until its answer came -----------------------------------------------------

    /** What was sent and has not been answered yet. */
    get attempts() {
        return new PaymentAttempts(browser.localStorage, this.pos.session.id);
    }

    /**
     * Have a payment booked by the server. Sending the same attempt again is harmless: its `uuid`
     * is booked only once. It is remembered until its fate is known, see `attemptFate`.
     *
     * @param {Object} attempt with a `credit_id` it is paid out, else collected
     * @returns {Promise<Object>} what `pos.session.collect_invoice_payment` answers: the payment may
     *  have been taken back since
     */
    async book(attempt) {
        this.attempts.remember(attempt);
        this.underWay.add(attempt.uuid);
        try {
            const result = await (attempt.credit_id ? this.payOut(attempt) : this.collect(attempt));
            this.close(attempt, result.payment);
            return result;
        } catch (error) {
            if (attemptFate(attempt, { isRefused: isRefusal(error) }) === "free") {
                this.attempts.forget(attempt);
            } else {
                this.attempts.markLost(attempt);
            }
            throw error;
        } finally {
            this.underWay.delete(attempt.uuid);
        }
    }

    collect(attempt) {
        return this.askSession(
            "collect_invoice_payment",
            [
                attempt.uuid,
                attempt.partner_id,
                attempt.journal_id,
                attempt.allocations,
                attempt.payment_date,
                attempt.reference,
                attempt.tendered,
                attempt.on_account || 0,
            ],
            { shortfalls: attempt.shortfalls || [] }
        );
    }

    payOut({ uuid, credit_id, amount, journal_id }) {
        return this.askSession("refund_on_account", [uuid, credit_id, amount, journal_id]);
    }

    /**
     * Ask what became of an attempt whose answer was lost; then nothing needs to be remembered of it.
     *
     * @returns {Promise<Object>} the answer as `attemptFate` reads it: the payment with its invoices,
     *  or that it was not booked and never will be
     */
    async settle(attempt) {
        const entry = await this.askSession("close_invoice_payment_attempt", [attempt.uuid]);
        if (!entry) {
            this.attempts.forget(attempt);
            return { isClosed: true };
        }
        const { invoices, ...payment } = entry;
        this.close(attempt, payment);
        return { payment, invoices };
    }

    close(attempt, payment) {
        this.attempts.forget(attempt);
        if (attemptFate(attempt, { payment }) === "paid") {
            markGuided(this.pos.user.id);
            this.openDrawerFor(payment);
        }
    }

    /** Where a drawer is connected: its proxy looks whether the point of sale has one. */
    openDrawerFor(payment) {
        if (payment.journal_type === "cash") {
            this.pos.hardwareProxy.openCashbox(_t("Invoice payment"));
        }
    }
}

registry.category("services").add("pos_receivable", {
    dependencies: ["pos"],
    start: (env, { pos }) => new Receivables(pos),
});
