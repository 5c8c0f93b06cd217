import { Component } from "@odoo/owl";
import { useTrackedAsync } from "@point_of_sale/app/hooks/hooks";
import { useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";

export class CollectInvoiceButton extends Component {
    static template = "pos_receivable.CollectInvoiceButton";
    static props = {
        class: { type: String, optional: true },
    };
    static defaultProps = { class: "" };

    setup() {
        const screens = useReceivableScreens();
        // The service does the work: on a phone this button goes away with the Actions popup that
        // holds it, before the customer is chosen.
        this.collect = useTrackedAsync(() => screens.collect());
    }
}
