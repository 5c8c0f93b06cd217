import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { user } from "@web/core/user";
import { useAutofocus, useService } from "@web/core/utils/hooks";

import { formatMoney } from "@pos_receivable_followup/case_sheet/formats";

const DISPUTE = "pos_receivable.dispute";

/** How an open dispute ends: what it may be about, each a way to credit it, and what else there is. */
export class SettleDialog extends Component {
    static template = "pos_receivable_followup.SettleDialog";
    static components = { Dialog };
    static props = { desk: Object, goOn: Function, dispute: Object, close: Function };

    setup() {
        this.action = useService("action");
        this.desk = useState(this.props.desk);
        this.state = useState({ hints: null, message: "", isAccountant: false });
        useAutofocus();
        onWillStart(async () => {
            const { amount, currency_id } = this.props.dispute;
            this.amount = formatMoney(amount, currency_id);
            const groups = ["account.group_account_user", "account.group_account_manager"];
            const mine = await Promise.all(groups.map((group) => user.hasGroup(group)));
            this.state.isAccountant = mine.includes(true);
            this.look();
        });
    }

    async look() {
        const { isDone, message, answer } = await this.desk.look("get_hints", {
            model: DISPUTE,
            id: this.props.dispute.id,
        });
        Object.assign(this.state, { message, hints: isDone ? answer : [] });
    }

    async run(method, values) {
        const { dispute } = this.props;
        const { isDone, message, answer } = await this.desk.actOn(
            DISPUTE,
            dispute.id,
            method,
            values
        );
        this.state.message = message;
        if (isDone) {
            this.props.close();
            if (answer instanceof Object) {
                await this.action.doAction(answer);
            }
        }
    }

    async showDraft() {
        this.props.close();
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "account.move",
            res_id: this.props.dispute.draft_id,
            views: [[false, "form"]],
        });
    }
}
