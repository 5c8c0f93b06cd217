import { onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import { DeedDialog } from "@pos_receivable_followup/case_dialogs/deed_dialog";
import { readAmount, writeAmount } from "@pos_receivable_followup/case_sheet/formats";

/** What they say is wrong with an invoice: the first that is ticked, as a whole, to begin with. */
export class DisputeDialog extends DeedDialog {
    static template = "pos_receivable_followup.DisputeDialog";

    setup() {
        super.setup();
        this.invoices = this.findInvoices();
        this.reasons = [];
        this.state = useState({ moveId: 0, amount: "", reasonId: 0, note: "" });
        const ticked = new Set(this.desk.tickedItems.map((item) => item.move_id));
        const meant = this.invoices.find((invoice) => ticked.has(invoice.move_id));
        if (this.invoices.length) {
            this.choose((meant || this.invoices[0]).move_id);
        }
        onWillStart(async () => {
            this.reasons = await this.desk.listReasons();
        });
    }

    /** Instalments of one invoice are disputed together, in its currency, and once at a time. */
    findInvoices() {
        const open = this.sheet.disputes.filter((dispute) => dispute.state === "open");
        const disputed = new Set(open.map((dispute) => dispute.move_id));
        const invoices = new Map();
        for (const { move_id, name, is_invoice, amount_currency, currency_id } of this.sheet
            .items) {
            if (is_invoice && !disputed.has(move_id)) {
                const known = invoices.get(move_id) || { move_id, name, currency_id, open: 0 };
                invoices.set(move_id, { ...known, open: known.open + amount_currency });
            }
        }
        return [...invoices.values()];
    }

    choose(moveId) {
        const { open, currency_id } = this.invoices.find((invoice) => invoice.move_id === moveId);
        Object.assign(this.state, { moveId, amount: writeAmount(open, currency_id) });
    }

    run() {
        const { moveId, reasonId, note } = this.state;
        const amount = readAmount(this.state.amount);
        if (amount === null || !reasonId) {
            const message = reasonId ? _t("Enter the amount in dispute.") : _t("Choose a reason.");
            return { isDone: false, message };
        }
        return this.desk.act("open_dispute", {
            move_id: moveId,
            amount,
            reason_id: reasonId,
            note,
        });
    }
}
