import { Component } from "@odoo/owl";
import { useTrackedAsync } from "@point_of_sale/app/hooks/hooks";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

export class CollectInvoiceButton extends Component {
    static template = "pos_receivable.CollectInvoiceButton";
    static props = {
        class: { type: String, optional: true },
    };
    static defaultProps = { class: "" };

    setup() {
        this.pos = usePos();
        // The store does the work: on a phone this button goes away with the Actions popup that
        // holds it, before the customer is chosen.
        this.collect = useTrackedAsync(() => this.pos.collectInvoices());
    }
}
