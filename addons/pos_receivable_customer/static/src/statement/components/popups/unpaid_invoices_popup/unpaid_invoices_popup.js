import { patch } from "@web/core/utils/patch";
import { UnpaidInvoicesPopup } from "@pos_receivable/payment/components/popups/unpaid_invoices_popup/unpaid_invoices_popup";

patch(UnpaidInvoicesPopup.prototype, {
    showStatement() {
        return this.exclusively(() => this.screens.showStatement(this.props.partner));
    },
});
