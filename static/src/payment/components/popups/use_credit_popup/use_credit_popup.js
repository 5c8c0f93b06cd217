import { Component, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { LoadFailure } from "@pos_receivable/payment/components/load_failure/load_failure";
import { useLoaded } from "@pos_receivable/payment/hooks/loaded";
import { useReceivables, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { formatDay } from "@pos_receivable/payment/utils/invoice_status";
import { useMeantPress } from "@pos_receivable/payment/utils/meant_press";
import { sumCredits } from "@pos_receivable/payment/utils/credits";

/**
 * Choose what the customer already has with us, to set it off against their invoices; a manager may pay
 * it out.
 */
export class UseCreditPopup extends Component {
    static template = "pos_receivable.UseCreditPopup";
    static components = { Dialog, LoadFailure };
    static props = {
        partner: Object,
        customerName: String,
        invoices: Array,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.receivables = useReceivables();
        this.screens = useReceivableScreens();
        this.ui = useService("ui");
        this.state = useState({
            /** Nothing is chosen for the cashier: credit is never used silently. */
            chosenIds: [],
            isSending: false,
            /** A credit is being paid out in a window of its own. */
            isPayingOut: false,
            /** Whether credit was sent off, be it that no answer came. */
            hasSent: false,
        });
        this.list = useLoaded(() => this.receivables.loadOpenCredits(this.props.partner.id), {
            offlineMessage: () =>
                _t("The connection was lost. Look again to see what is still available."),
            onLoaded: () => {
                this.state.chosenIds = [];
            },
        });
        useHotkey("escape", () => this.goBack());
        useMeantPress(() => this.status);
    }

    /** @returns {"loading"|"ready"|"failed"|"sending"} */
    get status() {
        return this.state.isSending || this.state.isPayingOut ? "sending" : this.list.status;
    }

    get credits() {
        return this.list.data || [];
    }

    get chosen() {
        return this.credits.filter(({ id }) => this.state.chosenIds.includes(id));
    }

    get sums() {
        return sumCredits(this.chosen, this.props.invoices, this.pos.currency);
    }

    /** Whether there is anything to set credit off against. */
    get hasInvoices() {
        return this.props.invoices.length > 0;
    }

    get subject() {
        const [invoice, ...others] = this.props.invoices;
        return others.length
            ? _t("%s invoices, earliest due first", this.props.invoices.length)
            : invoice.name;
    }

    get applyLabel() {
        return this.chosen.length
            ? _t("Use %s", this.env.utils.formatCurrency(this.sums.used))
            : _t("Use credit");
    }

    kindLabel({ kind, on_account }) {
        const labels = { credit_note: _t("Credit note"), return: _t("Returned goods") };
        return labels[kind] || (on_account ? _t("Kept on account") : _t("Payment not used yet"));
    }

    formatDay(date) {
        return formatDay(date);
    }

    toggle({ id }) {
        const { chosenIds } = this.state;
        this.state.chosenIds = chosenIds.includes(id)
            ? chosenIds.filter((chosenId) => chosenId !== id)
            : [...chosenIds, id];
    }

    async apply() {
        if (this.status !== "ready" || !this.chosen.length) {
            return;
        }
        Object.assign(this.state, { isSending: true, hasSent: true });
        try {
            const answer = await this.receivables.applyCredits(
                this.props.partner.id,
                this.state.chosenIds,
                this.props.invoices
            );
            this.props.getPayload({ isListStale: true, ...answer });
            this.props.close();
        } catch (error) {
            this.list.fail(error);
            this.state.isSending = false;
        }
    }

    /** The money itself goes back to the customer. */
    async payOut(credit) {
        if (this.status !== "ready") {
            return;
        }
        const { partner, customerName } = this.props;
        this.state.isPayingOut = true;
        let outcome;
        try {
            outcome = await this.screens.askPayment("PayOutPopup", {
                partner,
                customerName,
                credit,
            });
        } finally {
            this.state.isPayingOut = false;
        }
        if (outcome?.isListStale) {
            this.state.hasSent = true;
            await this.list.load();
        }
    }

    goBack() {
        if (this.status === "sending") {
            return;
        }
        this.props.getPayload({ isListStale: this.state.hasSent });
        this.props.close();
    }
}

registry.category("lazy_components").add("UseCreditPopup", UseCreditPopup);
