import { PosStore } from "@point_of_sale/app/services/pos_store";
import { TextInputPopup } from "@point_of_sale/app/components/popups/text_input_popup/text_input_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { UnpaidInvoicesPopup } from "@pos_receivable/app/components/popups/unpaid_invoices_popup/unpaid_invoices_popup";
import { PartnerDues } from "@pos_receivable/app/utils/partner_dues";
import { attemptFate, PaymentAttempts } from "@pos_receivable/app/utils/payment_attempts";
import { loadPaymentScreen } from "@pos_receivable/app/utils/payment_screens";
import {
    isAnswerLost,
    isRefusal,
    offlineSentence,
    refusalSentence,
} from "@pos_receivable/app/utils/server_answer";

patch(PosStore.prototype, {
    async setup() {
        this.partnerDues = new PartnerDues((partnerIds) =>
            this.askSession("get_partner_dues", [partnerIds])
        );
        /** Opened, or on their way. */
        this.openPaymentPopups = 0;
        await super.setup(...arguments);
    },

    /** Call a method of this session. */
    askSession(method, args = [], kwargs = {}) {
        return this.data.call("pos.session", method, [[this.session.id], ...args], {
            ...kwargs,
            context: this.getSessionContext(),
        });
    },

    /** What the server is told with each call, for other addons to add to. */
    getSessionContext() {
        return {};
    },

    canCollectInvoices() {
        const { use_invoice_payment, _can_collect_invoices } = this.config;
        return Boolean(use_invoice_payment && _can_collect_invoices);
    },

    canVoidInvoicePayments() {
        return Boolean(this.config._can_void_invoice_payments);
    },

    /** Show what the order's customer has to pay, asking for the customer first if need be. */
    async collectInvoices() {
        if (this.data.network.offline) {
            this.sayOffline();
            return;
        }
        const partner = this.getOrder()?.getPartner() || (await this.selectPartner());
        if (partner) {
            await makeAwaitable(this.dialog, UnpaidInvoicesPopup, { partner });
        }
    },

    sayOffline() {
        this.dialog.add(AlertDialog, { title: _t("Offline"), body: offlineSentence() });
    },

    /**
     * Have money moved in a popup. Meanwhile no scan opens another.
     *
     * @returns {Promise<Object|undefined>} what the popup was closed with
     */
    async askPaymentPopup(name, props) {
        this.openPaymentPopups++;
        try {
            return await this.showPaymentScreen(name, props);
        } finally {
            this.openPaymentPopups--;
        }
    },

    /** @returns {Promise<Object|undefined>} what the popup was closed with */
    async showPaymentScreen(name, props) {
        const popup = await loadPaymentScreen(name);
        return popup ? makeAwaitable(this.dialog, popup, props) : this.sayOffline();
    },

    /**
     * Take the payment of the open invoice that a scanned code stands for.
     *
     * @returns {Promise<boolean>} whether the code is an invoice's, be it one that cannot be paid
     */
    async openScannedInvoice(code) {
        if (!this.canCollectInvoices() || this.data.network.offline) {
            return false;
        }
        let found;
        try {
            found = await this.askSession("find_open_invoice", [code]);
        } catch (error) {
            if (isAnswerLost(error)) {
                return false;
            }
            this.dialog.add(AlertDialog, {
                title: _t("Scanned invoice"),
                body: refusalSentence(error),
            });
            return true;
        }
        if (!found) {
            return false;
        }
        if (this.openPaymentPopups) {
            this.notification.add(_t("Finish this payment first, then scan again."), {
                type: "warning",
            });
            return true;
        }
        // Not waited for: scanning would be blocked until the payment is done.
        this.askPaymentPopup("RegisterPaymentPopup", {
            partner: found.partner,
            customerName: found.partner.name,
            invoices: [found.invoice],
        });
        return true;
    },

    showInvoicePayments() {
        return this.showPaymentScreen("InvoicePaymentsPopup");
    },

    /** @returns {Promise<Object>} what `pos.session.get_open_invoices` answers */
    loadOpenInvoices(partnerId, { search = "", offset = 0, limit = 40 } = {}) {
        return this.askSession("get_open_invoices", [partnerId], { search, offset, limit });
    },

    /**
     * Have a payment booked by the server. Sending the same attempt again is harmless: its `uuid`
     * is booked only once. It is remembered until its fate is known, see `attemptFate`.
     *
     * @returns {Promise<Object>} what `pos.session.collect_invoice_payment` answers: the payment may
     *  have been taken back since
     */
    async bookInvoicePayment(attempt) {
        this.paymentAttempts.remember(attempt);
        try {
            const result = await this.askSession("collect_invoice_payment", [
                attempt.uuid,
                attempt.partner_id,
                attempt.journal_id,
                attempt.allocations,
                attempt.payment_date,
                attempt.reference,
                attempt.tendered,
            ]);
            this.paymentAttempts.forget(attempt);
            if (attemptFate(attempt, result) === "paid") {
                this.openDrawerFor(result.payment);
            }
            return result;
        } catch (error) {
            if (attemptFate(attempt, { isRefused: isRefusal(error) }) === "free") {
                this.paymentAttempts.forget(attempt);
            } else {
                this.paymentAttempts.markLost(attempt);
            }
            throw error;
        }
    },

    loadInvoicePayments() {
        return this.askSession("get_invoice_payments");
    },

    /** @returns {Promise<Object>} the payment, its invoices as they are now */
    async voidInvoicePayment(paymentId, reason) {
        const payment = await this.askSession("void_invoice_payment", [paymentId, reason]);
        // Cash goes back to the customer.
        this.openDrawerFor(payment);
        return payment;
    },

    loadOpenCredits(partnerId) {
        return this.askSession("get_open_credits", [partnerId]);
    },

    applyInvoiceCredits(partnerId, creditIds, invoiceIds) {
        return this.askSession("apply_invoice_credits", [partnerId, creditIds, invoiceIds]);
    },

    /** Where a drawer is connected: its proxy looks whether the point of sale has one. */
    openDrawerFor(payment) {
        if (payment.journal_type === "cash") {
            this.hardwareProxy.openCashbox(_t("Invoice payment"));
        }
    },

    /**
     * When the server refuses, the reason may be that the session was closed on another device and
     * that its message to this one got lost: then say so and start again, as the core does.
     */
    async leaveIfSessionClosed() {
        if (this.session.state === "closed" || this.data.network.offline) {
            return;
        }
        let session;
        try {
            [session] = await this.data.call("pos.session", "read", [[this.session.id], ["state"]]);
        } catch {
            // Offline, or no longer allowed to look: the refusal was shown already.
            return;
        }
        if (session?.state !== "closed") {
            return;
        }
        this.session.state = "closed";
        this.dialog.add(
            AlertDialog,
            {
                title: _t("Session closed"),
                body: _t("This session was closed on another screen. The page will be reloaded."),
            },
            { onClose: () => browser.location.reload() }
        );
    },

    /**
     * Ask what became of an attempt whose answer was lost; then nothing needs to be remembered of it.
     *
     * @returns {Promise<Object>} the answer as `attemptFate` reads it: the payment with its invoices,
     *  or that it was not booked and never will be
     */
    async settleInvoicePayment(attempt) {
        const entry = await this.askSession("close_invoice_payment_attempt", [attempt.uuid]);
        this.paymentAttempts.forget(attempt);
        if (!entry) {
            return { isClosed: true };
        }
        const { invoices, ...payment } = entry;
        if (attemptFate(attempt, { payment }) === "paid") {
            this.openDrawerFor(payment);
        }
        return { payment, invoices };
    },

    /** On paper, or through the browser where no printer is connected. */
    async printInvoicePayment(payment, { isCopy = false, webPrintFallback = true } = {}) {
        const receipt = await loadPaymentScreen("InvoicePaymentReceipt");
        return this.printer.print(receipt, { payment, isCopy }, { webPrintFallback });
    },

    /** Ask for the address, the customer's own proposed, and have the receipt sent there. */
    async emailInvoicePayment(payment) {
        const email = await makeAwaitable(this.dialog, TextInputPopup, {
            title: _t("E-mail the receipt to"),
            placeholder: _t("name@example.com"),
            startingValue: this.models["res.partner"].get(payment.partner_id)?.email || "",
        });
        if (!email?.trim()) {
            return;
        }
        try {
            await this.askSession("email_invoice_payment", [payment.id, email.trim()]);
            this.notification.add(_t("The receipt is on its way to %s.", email.trim()), {
                type: "success",
            });
        } catch (error) {
            this.notification.add(
                isAnswerLost(error)
                    ? _t("You are offline: the receipt was not sent.")
                    : refusalSentence(error),
                { type: "danger" }
            );
        }
    },

    get paymentAttempts() {
        return new PaymentAttempts(browser.localStorage, this.session.id);
    },
});
