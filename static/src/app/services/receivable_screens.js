import { TextInputPopup } from "@point_of_sale/app/components/popups/text_input_popup/text_input_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { loadPaymentScreen } from "@pos_receivable/app/utils/payment_screens";
import {
    isAnswerLost,
    offlineSentence,
    refusalSentence,
} from "@pos_receivable/app/utils/server_answer";

/** The ways into the popups, and what is said, printed and sent from them. */
export class ReceivableScreens {
    constructor(pos, receivables) {
        this.pos = pos;
        this.receivables = receivables;
        /** Popups that move money: opened, or on their way. */
        this.openPopups = 0;
        this.isFetching = false;
    }

    /** Show what the order's customer has to pay, asking for the customer first if need be. */
    async collect() {
        if (this.isFetching) {
            return;
        }
        if (this.receivables.isOffline) {
            this.sayOffline();
            return;
        }
        // Before the customer is read: meanwhile another one may be chosen.
        const List = await this.fetchList();
        if (!List) {
            this.sayOffline();
            return;
        }
        const partner = this.pos.getOrder()?.getPartner() || (await this.pos.selectPartner());
        if (partner) {
            await makeAwaitable(this.pos.dialog, List, { partner });
        }
    }

    /** Where the way is long it takes a moment, in which the button may be pressed again. */
    async fetchList() {
        this.isFetching = true;
        try {
            return await loadPaymentScreen("UnpaidInvoicesPopup");
        } finally {
            this.isFetching = false;
        }
    }

    showPayments() {
        return this.show("InvoicePaymentsPopup");
    }

    /**
     * Have money moved in a popup. Meanwhile no scan opens another.
     *
     * @returns {Promise<Object|undefined>} what the popup was closed with
     */
    async askPayment(name, props) {
        this.openPopups++;
        try {
            return await this.show(name, props);
        } finally {
            this.openPopups--;
        }
    }

    /** @returns {Promise<Object|undefined>} what the popup was closed with */
    async show(name, props) {
        const popup = await loadPaymentScreen(name);
        return popup ? makeAwaitable(this.pos.dialog, popup, props) : this.sayOffline();
    }

    sayOffline() {
        const body = this.receivables.attempts.all.length
            ? _t(
                  "You are offline. A payment was sent that nobody has answered yet: as soon as the connection is back, check it first."
              )
            : offlineSentence();
        this.pos.dialog.add(AlertDialog, { title: _t("Offline"), body });
    }

    /**
     * Take the payment of the open invoice that a scanned code stands for.
     *
     * @returns {Promise<boolean>} whether the code is an invoice's, be it one that cannot be paid
     */
    async openScannedInvoice(code) {
        if (!this.receivables.canCollect() || this.receivables.isOffline) {
            return false;
        }
        let found;
        try {
            found = await this.receivables.findOpenInvoice(code);
        } catch (error) {
            if (isAnswerLost(error)) {
                return false;
            }
            this.pos.dialog.add(AlertDialog, {
                title: _t("Scanned invoice"),
                body: refusalSentence(error),
            });
            return true;
        }
        if (!found) {
            return false;
        }
        this.payScanned(found);
        return true;
    }

    payScanned({ partner, invoice }) {
        if (this.openPopups) {
            this.pos.notification.add(_t("Finish this payment first, then scan again."), {
                type: "warning",
            });
            return;
        }
        // Not waited for: scanning would be blocked until the payment is done.
        this.askPayment("RegisterPaymentPopup", {
            partner,
            customerName: partner.name,
            invoices: [invoice],
        });
    }

    /**
     * When the server refuses, the reason may be that the session was closed on another device and
     * that its message to this one got lost: then say so and start again, as the core does.
     */
    async leaveIfSessionClosed() {
        const { pos, receivables } = this;
        if (
            pos.session.state === "closed" ||
            receivables.isOffline ||
            !(await receivables.isSessionClosed())
        ) {
            return;
        }
        pos.session.state = "closed";
        pos.dialog.add(
            AlertDialog,
            {
                title: _t("Session closed"),
                body: _t("This session was closed on another screen. The page will be reloaded."),
            },
            { onClose: () => browser.location.reload() }
        );
    }

    /** On paper, or through the browser where no printer is connected. */
    async print(payment, { isCopy = false, webPrintFallback = true } = {}) {
        const receipt = await loadPaymentScreen("InvoicePaymentReceipt");
        return this.pos.printer.print(receipt, { payment, isCopy }, { webPrintFallback });
    }

    /** Ask for the address, the customer's own proposed, and have the receipt sent there. */
    async email(payment) {
        const { dialog, models, notification } = this.pos;
        const typed = await makeAwaitable(dialog, TextInputPopup, {
            title: _t("E-mail the receipt to"),
            placeholder: _t("name@example.com"),
            startingValue: models["res.partner"].get(payment.partner_id)?.email || "",
        });
        const email = typed?.trim();
        if (!email) {
            return;
        }
        try {
            await this.receivables.emailReceipt(payment.id, email);
            notification.add(_t("The receipt is on its way to %s.", email), { type: "success" });
        } catch (error) {
            notification.add(
                isAnswerLost(error)
                    ? _t("You are offline: the receipt was not sent.")
                    : refusalSentence(error),
                { type: "danger" }
            );
        }
    }
}

registry.category("services").add("pos_receivable_screens", {
    dependencies: ["pos", "pos_receivable"],
    start: (env, { pos, pos_receivable }) => new ReceivableScreens(pos, pos_receivable),
});
