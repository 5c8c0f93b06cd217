import { PosStore } from "@point_of_sale/app/services/pos_store";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { UnpaidInvoicesPopup } from "@pos_receivable/app/components/popups/unpaid_invoices_popup/unpaid_invoices_popup";
import { PaymentAttempts } from "@pos_receivable/app/utils/payment_attempts";
import { isAnswerLost, offlineSentence } from "@pos_receivable/app/utils/server_answer";

patch(PosStore.prototype, {
    canCollectInvoices() {
        const { use_invoice_payment, _can_collect_invoices } = this.config;
        return Boolean(
            use_invoice_payment && _can_collect_invoices && this.cashier?._role !== "minimal"
        );
    },

    /** Show what the order's customer has to pay, asking for the customer first if need be. */
    async collectInvoices() {
        if (this.data.network.offline) {
            this.dialog.add(AlertDialog, { title: _t("Offline"), body: offlineSentence() });
            return;
        }
        const partner = this.getOrder()?.getPartner() || (await this.selectPartner());
        if (partner) {
            await makeAwaitable(this.dialog, UnpaidInvoicesPopup, { partner });
        }
    },

    /** @returns {Promise<Object>} what `pos.session.get_open_invoices` answers */
    loadOpenInvoices(partnerId, { search = "", offset = 0, limit = 40 } = {}) {
        return this.data.call("pos.session", "get_open_invoices", [[this.session.id], partnerId], {
            search,
            offset,
            limit,
        });
    },

    /**
     * Have a payment booked by the server. Sending the same attempt again is harmless: its `uuid`
     * is booked only once. It is remembered until the server answers, be it a refusal.
     *
     * @returns {Promise<Object>} what `pos.session.collect_invoice_payment` answers
     */
    async bookInvoicePayment(attempt) {
        this.paymentAttempts.remember(attempt);
        try {
            const result = await this.data.call("pos.session", "collect_invoice_payment", [
                [this.session.id],
                attempt.uuid,
                attempt.partner_id,
                attempt.journal_id,
                attempt.allocations,
                attempt.payment_date,
                attempt.reference,
                attempt.tendered,
            ]);
            this.paymentAttempts.forget(attempt);
            return result;
        } catch (error) {
            if (!isAnswerLost(error)) {
                this.paymentAttempts.forget(attempt);
            }
            throw error;
        }
    },

    get paymentAttempts() {
        return new PaymentAttempts(browser.localStorage, this.session.id);
    },
});
