import { Component, onMounted, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useReceivables, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { sumCredits } from "@pos_receivable/payment/utils/credits";
import { formatDay } from "@pos_receivable/app/utils/invoice_status";
import { useMeantPress } from "@pos_receivable/app/utils/meant_press";
import { isAnswerLost, refusalSentence } from "@pos_receivable/app/utils/server_answer";

/** Choose what the customer already has with us, to set it off against their invoices. */
export class UseCreditPopup extends Component {
    static template = "pos_receivable.UseCreditPopup";
    static components = { Dialog };
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
            /** @type {"loading"|"ready"|"failed"|"sending"} */
            status: "loading",
            failure: "",
            credits: [],
            /** Nothing is chosen for the cashier: credit is never used silently. */
            chosenIds: [],
        });
        this.isListStale = false;
        useHotkey("escape", () => this.goBack());
        useMeantPress(() => this.state.status);
        onMounted(() => this.load());
    }

    async load() {
        this.state.status = "loading";
        try {
            this.state.credits = await this.receivables.loadOpenCredits(this.props.partner.id);
            Object.assign(this.state, { status: "ready", chosenIds: [] });
        } catch (error) {
            this.fail(error);
        }
    }

    fail(error) {
        this.state.failure = isAnswerLost(error)
            ? _t("The connection was lost. Look again to see what is still available.")
            : refusalSentence(error);
        this.state.status = "failed";
    }

    get chosen() {
        return this.state.credits.filter(({ id }) => this.state.chosenIds.includes(id));
    }

    get sums() {
        return sumCredits(this.chosen, this.props.invoices, this.pos.currency);
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

    kindLabel({ kind }) {
        return kind === "credit_note" ? _t("Credit note") : _t("Payment not used yet");
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
        if (this.state.status !== "ready" || !this.chosen.length) {
            return;
        }
        this.state.status = "sending";
        this.isListStale = true;
        try {
            const answer = await this.receivables.applyCredits(
                this.props.partner.id,
                this.state.chosenIds,
                this.props.invoices.map(({ id }) => id)
            );
            this.props.getPayload({ isListStale: true, ...answer });
            this.props.close();
        } catch (error) {
            this.fail(error);
            this.screens.leaveIfSessionClosed();
        }
    }

    goBack() {
        if (this.state.status === "sending") {
            return;
        }
        this.props.getPayload({ isListStale: this.isListStale });
        this.props.close();
    }
}

registry.category("lazy_components").add("UseCreditPopup", UseCreditPopup);
