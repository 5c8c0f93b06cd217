import { isInvoice } from "@pos_receivable/app/utils/debts";
import { dueDay } from "@pos_receivable/payment/utils/invoice_status";

/** As the server orders them: what falls due first is paid first. */
function compareDueDays(one, other) {
    return (
        (dueDay(one) || "").localeCompare(dueDay(other) || "") ||
        isInvoice(other) - isInvoice(one) ||
        // Equal ones stay as they were listed, and chosen.
        (one.item_id || one.id) - (other.item_id || other.id) ||
        0
    );
}

/** The invoices chosen to be paid together: whole rows, which a search or another page leaves. */
export class Selection {
    constructor() {
        this.clear();
    }

    clear() {
        /** By id. */
        this.rows = {};
    }

    has({ id }) {
        return id in this.rows;
    }

    get invoices() {
        return Object.values(this.rows).sort(compareDueDays);
    }

    toggle(invoice) {
        if (this.has(invoice)) {
            delete this.rows[invoice.id];
        } else {
            this.rows[invoice.id] = invoice;
        }
    }

    /** Newer rows replace what was selected from an earlier answer; what is paid is let go. */
    update(invoices) {
        for (const invoice of invoices.filter((row) => this.has(row))) {
            if (invoice.payable) {
                this.rows[invoice.id] = invoice;
            } else {
                delete this.rows[invoice.id];
            }
        }
    }
}
