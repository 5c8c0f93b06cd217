import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { ClosePosPopup } from "@point_of_sale/app/components/popups/closing_popup/closing_popup";
import { patch } from "@web/core/utils/patch";
import { useReceivables } from "@pos_receivable/app/hooks/receivables_hook";

// Invoice payments outside the drawer; those inside it travel in default_cash_details.
ClosePosPopup.props = [
    ...ClosePosPopup.props,
    "invoice_payments?",
    "invoice_payments_fingerprint?",
];

patch(ClosePosPopup.prototype, {
    setup() {
        super.setup();
        this.receivables = useReceivables();
    },
    get invoiceCashPayments() {
        return this.props.default_cash_details?.invoice_payments;
    },
    get invoiceBankPayments() {
        return this.props.invoice_payments || [];
    },
    async closeSession() {
        // What was counted must still be what is expected: another device may have collected.
        const response = await this.receivables.checkCounted(
            this.props.invoice_payments_fingerprint
        );
        if (!response.successful) {
            return this.handleClosingError(response);
        }
        return super.closeSession();
    },
    async handleClosingError(response) {
        if (response.type !== "invoice_payments_changed") {
            return super.handleClosingError(response);
        }
        // The core's buttons would offer to cancel orders, which have nothing to do with it.
        this.dialog.add(
            AlertDialog,
            { title: response.title, body: response.message },
            {
                onClose: () => {
                    this.props.close();
                    this.pos.closeSession();
                },
            }
        );
    },
});
