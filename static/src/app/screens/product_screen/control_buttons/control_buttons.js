import { ControlButtons } from "@point_of_sale/app/screens/product_screen/control_buttons/control_buttons";
import { patch } from "@web/core/utils/patch";
import { useReceivables } from "@pos_receivable/app/hooks/receivables_hook";
import { CollectInvoiceButton } from "@pos_receivable/app/screens/product_screen/control_buttons/collect_invoice_button/collect_invoice_button";

patch(ControlButtons, {
    components: { ...ControlButtons.components, CollectInvoiceButton },
});

patch(ControlButtons.prototype, {
    setup() {
        super.setup();
        this.receivables = useReceivables();
    },
});
