import { useState } from "@odoo/owl";

import { DeedDialog } from "@pos_receivable_followup/case_dialogs/deed_dialog";

export class CallDialog extends DeedDialog {
    static template = "pos_receivable_followup.CallDialog";

    setup() {
        super.setup();
        this.state = useState({ note: "" });
    }

    run() {
        return this.desk.act("log_call", { note: this.state.note });
    }
}
