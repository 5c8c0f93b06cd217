import { Component } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";

const { DateTime } = luxon;

/** What the customer takes home: who paid what on which invoice, and what stays due. */
export class InvoicePaymentReceipt extends Component {
    static template = "pos_receivable.InvoicePaymentReceipt";
    static props = {
        /** As `pos.session.get_invoice_payments` lists it. */
        payment: Object,
        isCopy: { type: Boolean, optional: true },
    };
    static defaultProps = { isCopy: false };

    setup() {
        this.pos = usePos();
    }

    get payment() {
        return this.props.payment;
    }

    get company() {
        return this.pos.company;
    }

    get currency() {
        return this.pos.currency;
    }

    get companyAddress() {
        const { street, zip, city } = this.company;
        return [street, [zip, city].filter(Boolean).join(" ")].filter(Boolean).join(", ");
    }

    get moment() {
        return this.formatMoment(this.payment.datetime);
    }

    get voidMoment() {
        return this.formatMoment(this.payment.void.datetime);
    }

    /** Only told when the payment was dated back: else it says the same as the moment. */
    get otherDate() {
        const { date, datetime } = this.payment;
        return date && datetime && deserializeDateTime(datetime).toISODate() !== date
            ? formatDate(DateTime.fromISO(date))
            : "";
    }

    get isVoid() {
        return this.payment.state === "voided" || this.payment.state === "cancelled";
    }

    get hasTendered() {
        return this.payment.tendered !== false && this.payment.tendered !== undefined;
    }

    get hasRounding() {
        return !this.currency.isZero(this.payment.rounding || 0);
    }

    get isRefund() {
        return this.payment.kind === "refund";
    }

    get hasKept() {
        return this.currency.isPositive(this.payment.on_account || 0);
    }

    formatMoment(datetime) {
        return datetime ? formatDateTime(deserializeDateTime(datetime)) : "";
    }

    /** Why an invoice stays open, on copies alone. A copy may reach the customer: no note is on it. */
    shortfallOf({ id }) {
        const { shortfalls } = this.payment;
        return (
            this.props.isCopy && !this.isVoid && shortfalls?.find((row) => row.invoice_id === id)
        );
    }

    formatDay(date) {
        return formatDate(DateTime.fromISO(date));
    }

    format(amount) {
        return this.env.utils.formatCurrency(amount || 0);
    }
}

registry.category("lazy_components").add("InvoicePaymentReceipt", InvoicePaymentReceipt);
