import { useState } from "@odoo/owl";
import { PartnerLine } from "@point_of_sale/app/screens/partner_list/partner_line/partner_line";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

patch(PartnerLine.prototype, {
    setup() {
        super.setup();
        this.knownAccounts = useState(useService("pos_receivable_credit").known);
    },

    /** What was last told of this customer's account at this till: nothing is asked for the list. */
    get knownAccount() {
        return this.knownAccounts[this.props.partner.id];
    },

    get isOnHold() {
        return this.knownAccount.reasons?.some(({ code }) => code === "on_hold");
    },

    get availableOnAccount() {
        const { available } = this.knownAccount;
        return (
            typeof available === "number" && this.env.utils.formatCurrency(Math.max(0, available))
        );
    },
});
