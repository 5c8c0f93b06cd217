import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

import { DeedDialog } from "@pos_receivable_followup/case_dialogs/deed_dialog";
import { dayFromNow } from "@pos_receivable_followup/case_sheet/formats";

/** Until when nobody asks them; without a day, no longer. */
export class SnoozeDialog extends DeedDialog {
    static template = "pos_receivable_followup.SnoozeDialog";

    setup() {
        super.setup();
        this.tomorrow = dayFromNow(1);
        this.choices = [
            { days: 1, label: _t("Tomorrow") },
            { days: 7, label: _t("In a week") },
            { days: 30, label: _t("In 30 days") },
        ];
        this.state = useState({ day: this.sheet.snoozed_until || dayFromNow(7) });
    }

    choose(days) {
        this.state.day = dayFromNow(days);
    }

    run() {
        if (!this.state.day && !this.sheet.snoozed_until) {
            return { isDone: false, message: _t("Choose a day.") };
        }
        return this.desk.act("snooze", { date: this.state.day || false });
    }
}
