import { Component } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { _t } from "@web/core/l10n/translation";
import { isInvoice } from "@pos_receivable/app/utils/debts";
import { hasDueNow } from "@pos_receivable/payment/utils/due";
import { formatInvoiceCurrency, isForeign } from "@pos_receivable/payment/utils/invoice_currency";
import { dueDay, formatDay, invoiceBadges } from "@pos_receivable/payment/utils/invoice_status";

/**
 * One open invoice: what it is, how pressing it is and what it asks for. A tap anywhere selects it,
 * to be paid together with others; its button pays it alone.
 */
export class InvoiceCard extends Component {
    static template = "pos_receivable.InvoiceCard";
    static props = {
        invoice: Object,
        customerName: String,
        isSelected: Boolean,
        onSelect: Function,
        onPay: Function,
    };

    setup() {
        this.pos = usePos();
    }

    get invoice() {
        return this.props.invoice;
    }

    get badges() {
        return invoiceBadges(this.invoice);
    }

    get details() {
        const { invoice_date, amount_total, payment_state } = this.invoice;
        const due = dueDay(this.invoice);
        return [
            invoice_date && this.describeDay(formatDay(invoice_date)),
            due && _t("due %s", formatDay(due)),
            payment_state === "partial" && _t("total %s", this.formatInvoiceCurrency(amount_total)),
            this.reference,
            this.contact,
        ].filter(Boolean);
    }

    describeDay(day) {
        const { kind } = this.invoice;
        if (isInvoice(this.invoice)) {
            return _t("issued %s", day);
        }
        return kind === "entry" ? _t("from %s", day) : _t("bought %s", day);
    }

    get lockedReason() {
        return isInvoice(this.invoice)
            ? _t("Payment of this invoice is blocked. Ask a manager.")
            : _t("It can be paid here once its shop has closed the session.");
    }

    /** What the customer may know the invoice by, when it is not simply its number. */
    get reference() {
        const { name, payment_reference, ref } = this.invoice;
        return ref || (payment_reference !== name && payment_reference);
    }

    /** Whom of the customer's people the invoice is for: "Acme, Anna Berg" is Anna Berg at Acme. */
    get contact() {
        const { partner_name } = this.invoice;
        const { customerName } = this.props;
        return partner_name.startsWith(`${customerName}, `)
            ? partner_name.slice(customerName.length + 2)
            : partner_name !== customerName && partner_name;
    }

    get isForeign() {
        return isForeign(this.invoice, this.pos.currency);
    }

    get dueNow() {
        return hasDueNow(this.invoice, this.pos.currency)
            ? this.env.utils.formatCurrency(this.invoice.amount_due_now)
            : "";
    }

    get payLabel() {
        return _t("Pay %(invoice)s, %(amount)s due", {
            invoice: this.invoice.name,
            amount: this.env.utils.formatCurrency(this.invoice.amount_due),
        });
    }

    formatInvoiceCurrency(amount) {
        return formatInvoiceCurrency(amount, this.invoice);
    }

    get selectLabel() {
        return _t("Select %(invoice)s, %(amount)s due", {
            invoice: this.invoice.name,
            amount: this.env.utils.formatCurrency(this.invoice.amount_due),
        });
    }

    onClick() {
        if (this.invoice.payable) {
            this.props.onSelect(this.invoice);
        }
    }
}
