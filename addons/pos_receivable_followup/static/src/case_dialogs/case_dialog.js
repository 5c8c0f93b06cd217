import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

import { formatMoment } from "@pos_receivable_followup/case_sheet/formats";

let lastForm = 0;

/** What every dialog of a case has: its two buttons, what went wrong, and the way out of it. */
export class CaseDialog extends Component {
    static template = "pos_receivable_followup.CaseDialog";
    static components = { Dialog };
    static props = {
        title: String,
        label: String,
        desk: Object,
        /** Does it: answers `{isDone, message}`. */
        run: Function,
        goOn: Function,
        close: Function,
        slots: Object,
    };

    setup() {
        this.desk = useState(this.props.desk);
        this.state = useState({ message: "", told: "", isUsable: true });
        this.formId = `case_dialog_${++lastForm}`;
    }

    get nextLabel() {
        return _t("%s, then next", this.props.label);
    }

    /** @param {boolean} isLast show the next customer after it */
    async submit(isLast = false) {
        if (!this.state.isUsable || !this.desk.canAct) {
            return;
        }
        // Also while what runs is not the server's yet.
        this.state.isUsable = false;
        try {
            const { isDone, message } = await this.props.run();
            if (isDone) {
                this.props.close();
                if (isLast) {
                    await this.props.goOn();
                }
            }
            Object.assign(this.state, { message, told: "" });
        } finally {
            this.state.isUsable = true;
        }
    }

    /** Read the case again; what was entered stays, and is done by another press. */
    async reload() {
        if (!(await this.desk.load())) {
            this.state.message = this.desk.failure;
            return;
        }
        const { contacts, seen } = this.desk.sheet;
        const [last] = contacts;
        const known = last && `${formatMoment(last.date)} ${last.author}: ${last.text}`;
        this.state.message = "";
        this.state.told = known
            ? _t("Last contact: %s", known)
            : seen || _t("Nothing has been noted meanwhile.");
    }

    onKeydown(ev) {
        if (ev.repeat && ev.key === "Enter" && !ev.target.matches("textarea")) {
            ev.preventDefault();
        }
    }
}
