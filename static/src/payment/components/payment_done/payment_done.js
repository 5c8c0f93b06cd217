import { Component } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";

/** The booked payment in large figures, to be read across the counter. */
export class PaymentDone extends Component {
    static template = "pos_receivable.PaymentDone";
    static props = {
        payment: Object,
        invoices: Array,
    };

    setup() {
        this.pos = usePos();
    }

    get hasChange() {
        return this.pos.currency.isPositive(this.props.payment.change || 0);
    }

    get hasRounding() {
        return !this.pos.currency.isZero(this.props.payment.rounding || 0);
    }

    get isRefund() {
        return this.props.payment.kind === "refund";
    }

    get hasKept() {
        return this.pos.currency.isPositive(this.props.payment.on_account || 0);
    }

    isSettled(invoice) {
        return this.pos.currency.isZero(invoice.balance_after);
    }
}
