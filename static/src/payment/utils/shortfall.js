import { fromSteps, toSteps } from "@pos_receivable/payment/utils/amounts";
import { isInvoice } from "@pos_receivable/app/utils/debts";
import { stepsLeft } from "@pos_receivable/payment/utils/due";

/** The code of UN/EDIFACT 4465 under which the rest is promised, and a day asked for. */
export const PAYS_LATER = "7";
const MOST_DAYS = 366; // that a promise may be ahead

/**
 * The invoices that get something, but less than they ask for now: a discount that holds is granted
 * for less than what is due, and is no reason to ask.
 *
 * @param {Object<number, number>} parts what each gets, in steps, by its id
 * @returns {{invoice: Object, left: number}[]} `left` stays due on it, in the currency
 */
export function shortInvoices(invoices, parts, currency) {
    return invoices
        .filter(isInvoice)
        .filter(
            ({ id, amount_due_now }) =>
                parts[id] > 0 && parts[id] < toSteps(amount_due_now, currency)
        )
        .map((invoice) => ({
            invoice,
            left: fromSteps(stepsLeft(invoice, parts[invoice.id], currency), currency),
        }));
}

/** Why less is paid, while it is entered: the same for all invoices of a payment. */
export class ShortfallForm {
    /** @param {string} today in ISO form, as is every day here */
    constructor(today) {
        this.today = today;
        this.code = "";
        this.promiseDate = "";
        this.note = "";
    }

    get isPromise() {
        return this.code === PAYS_LATER;
    }

    /** A day that is over, or so far ahead that it was mistyped. */
    get isWrongDate() {
        const last = luxon.DateTime.fromISO(this.today).plus({ days: MOST_DAYS }).toISODate();
        return (
            this.isPromise &&
            Boolean(this.promiseDate) &&
            (this.promiseDate < this.today || this.promiseDate > last)
        );
    }

    get canBeNoted() {
        return Boolean(this.code) && !this.isWrongDate;
    }

    promiseIn(days) {
        this.promiseDate = luxon.DateTime.fromISO(this.today).plus({ days }).toISODate();
    }

    /** As `pos.session.collect_invoice_payment` takes it. */
    toShortfalls(invoices) {
        const { code, note, promiseDate, isPromise } = this;
        return invoices.map(({ id }) => ({
            invoice_id: id,
            code,
            note: note.trim(),
            promise_date: (isPromise && promiseDate) || null,
        }));
    }
}
