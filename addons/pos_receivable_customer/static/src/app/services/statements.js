import { patch } from "@web/core/utils/patch";
import { Receivables } from "@pos_receivable/app/services/receivables";
import { ReceivableScreens } from "@pos_receivable/app/services/receivable_screens";

patch(Receivables.prototype, {
    /** @returns {Promise<Object>} what `pos.session.get_account_statement` answers */
    loadStatement(partnerId, options) {
        return this.askSession("get_account_statement", [partnerId], options);
    },

    emailStatement(partnerId, options) {
        return this.askSession("email_account_statement", [partnerId], options);
    },
});

patch(ReceivableScreens.prototype, {
    /** Show what a customer owes and what they did, from the list of customers or of invoices. */
    showStatement(partner) {
        return this.receivables.isOffline
            ? this.sayOffline()
            : this.show("StatementPopup", { partner });
    },
});
