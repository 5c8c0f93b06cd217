import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import { DeedDialog } from "@pos_receivable_followup/case_dialogs/deed_dialog";
import { dayFromNow, readAmount, writeAmount } from "@pos_receivable_followup/case_sheet/formats";

/** More than these are counted. */
const NAMED = 6;

/** What they promise: the ticked total by their usual day, unless they say otherwise. */
export class PromiseDialog extends DeedDialog {
    static template = "pos_receivable_followup.PromiseDialog";

    setup() {
        super.setup();
        this.today = dayFromNow(0);
        this.state = useState({
            amount: writeAmount(this.desk.tickedTotal, this.sheet.currency_id),
            day: this.sheet.usual_day,
            note: "",
        });
    }

    get meant() {
        const names = [...new Set(this.desk.tickedItems.map((item) => item.name))];
        if (names.length > NAMED) {
            return _t("For %s invoices", names.length);
        }
        return names.length ? _t("For %s", names.join(", ")) : _t("For no invoice in particular");
    }

    run() {
        const amount = readAmount(this.state.amount);
        if (amount === null) {
            return { isDone: false, message: _t("Enter the amount that was promised.") };
        }
        return this.desk.act("take_promise", {
            amount,
            date: this.state.day,
            item_ids: [...this.desk.ticked],
            note: this.state.note,
        });
    }
}
