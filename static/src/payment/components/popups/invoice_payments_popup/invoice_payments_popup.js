import { Component, useState } from "@odoo/owl";
import { TextInputPopup } from "@point_of_sale/app/components/popups/text_input_popup/text_input_popup";
import { useAsyncLockedMethod } from "@point_of_sale/app/hooks/hooks";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { LoadFailure } from "@pos_receivable/payment/components/load_failure/load_failure";
import { useLoaded } from "@pos_receivable/payment/hooks/loaded";
import { useReceivables, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { isAnswerLost, refusalSentence } from "@pos_receivable/app/utils/server_answer";

const STATES = {
    voided: { label: _t("Voided"), class: "text-bg-danger" },
    cancelled: { label: _t("Cancelled"), class: "text-bg-secondary" },
};

/** What this session collected, newest first: print again, send, take back. */
export class InvoicePaymentsPopup extends Component {
    static template = "pos_receivable.InvoicePaymentsPopup";
    static components = { Dialog, LoadFailure };
    static props = {
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.receivables = useReceivables();
        this.screens = useReceivableScreens();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({
            /** The payment that is being voided. */
            busyId: null,
            hasVoided: false,
        });
        this.list = useLoaded(() => this.receivables.loadPayments(), {
            offlineMessage: () =>
                _t("You are offline. The payments are shown as soon as the connection is back."),
        });
        // A double click would open two dialogs.
        this.email = useAsyncLockedMethod(this.email);
        this.void = useAsyncLockedMethod(this.void);
        useHotkey("escape", () => this.goBack());
    }

    get payments() {
        return this.list.data || [];
    }

    get total() {
        return this.payments
            .filter(({ state }) => state === "posted")
            .reduce((sum, payment) => this.pos.currency.round(sum + this.signed(payment)), 0);
    }

    /** What was paid out, below zero. */
    signed({ kind, amount }) {
        return kind === "refund" ? -amount : amount;
    }

    get countLabel() {
        const count = this.payments.length;
        return count === 1 ? _t("1 payment") : _t("%s payments", count);
    }

    badge(payment) {
        return STATES[payment.state];
    }

    moment({ datetime }) {
        return datetime ? toLocaleDateTimeString(deserializeDateTime(datetime)) : "";
    }

    /** What the money was for. */
    subjects({ invoices, kind, credit, on_account }) {
        const names = invoices.map(({ name }) => name);
        if (this.pos.currency.isPositive(on_account || 0)) {
            names.push(_t("%s kept on account", this.env.utils.formatCurrency(on_account)));
        }
        if (kind === "refund") {
            names.push(_t("paid out of %s", credit?.name || ""));
        }
        return names.join(", ");
    }

    voidedSentence({ name, kind, invoices }) {
        if (kind === "refund") {
            return _t("%s was voided. The credit can be used again.", name);
        }
        return invoices.length
            ? _t("%s was voided. Its invoices are due again.", name)
            : _t("%s was voided.", name);
    }

    canVoid(payment) {
        return payment.state === "posted" && this.receivables.canVoid();
    }

    print(payment) {
        return this.screens.print(payment, { isCopy: payment.state === "posted" });
    }

    email(payment) {
        return this.screens.email(payment);
    }

    async void(payment) {
        const reason = await makeAwaitable(this.dialog, TextInputPopup, {
            title: _t("Why is %(payment)s of %(amount)s voided?", {
                payment: payment.name,
                amount: this.env.utils.formatCurrency(payment.amount),
            }),
            placeholder: _t("Reason, kept in the books"),
        });
        if (!reason?.trim() || this.state.busyId) {
            return;
        }
        // Whether or not the answer comes: it may be voided from now on.
        Object.assign(this.state, { busyId: payment.id, hasVoided: true });
        try {
            const voided = await this.receivables.voidPayment(payment.id, reason.trim());
            this.notification.add(this.voidedSentence(payment), { type: "success" });
            // The receipt tells the amounts as they were paid, not as they are now.
            this.screens.print(
                { ...voided, invoices: payment.invoices },
                { webPrintFallback: false }
            );
        } catch (error) {
            this.notification.add(
                isAnswerLost(error)
                    ? _t("The connection was lost. The list shows whether it was voided.")
                    : refusalSentence(error),
                { type: "danger" }
            );
        } finally {
            this.state.busyId = null;
            await this.list.load();
        }
    }

    goBack() {
        this.props.getPayload({ isListStale: this.state.hasVoided });
        this.props.close();
    }
}

registry.category("lazy_components").add("InvoicePaymentsPopup", InvoicePaymentsPopup);
