import { fromSteps, isFinerThanCurrency, toSteps } from "@pos_receivable/payment/utils/amounts";
import { allocate } from "@pos_receivable/app/utils/debts";

/** Whether paying `amount_due_now` today settles the invoice although it is less than `amount_due`. */
export function hasDiscount(invoice) {
    return Boolean(invoice.discount_date && invoice.discount_percentage);
}

/** What settles the invoice today, in steps: the discounted amount while the discount holds. */
export function settlingSteps(invoice, currency) {
    return toSteps(hasDiscount(invoice) ? invoice.amount_due_now : invoice.amount_due, currency);
}

/** What the invoice still asks for once `paid` steps are booked on it. */
export function stepsLeft(invoice, paid, currency) {
    const due = toSteps(invoice.amount_due, currency);
    // The discount is all or nothing: it is granted for exactly the discounted amount.
    return paid === settlingSteps(invoice, currency) ? 0 : due - paid;
}

export function hasDueNow(invoice, currency) {
    return toSteps(invoice.amount_due_now, currency) !== toSteps(invoice.amount_due, currency);
}

/**
 * Spread an amount over invoices in the order they are given (the server lists the earliest due
 * first).
 *
 * Each gets what settles it, a running discount deducted; only money beyond that goes on top of
 * discounted amounts, up to what is due.
 *
 * @param {number} amount in the currency of the session
 * @returns {Object[]} allocations of the invoices that get something
 */
export function spread(amount, invoices, currency) {
    return toAllocations(distribute(amount, invoices, {}, currency).parts, invoices, currency);
}

/**
 * Spread an amount around the parts the cashier has fixed by hand.
 *
 * @param {Object<number, number>} fixed amounts by invoice id
 * @returns {{parts: Object<number, number>, rest: number}} in steps; `rest` is what no invoice
 *  takes, negative when more was fixed than there is
 */
export function distribute(amount, invoices, fixed, currency) {
    const parts = {};
    let rest = toSteps(amount, currency);
    for (const { id } of invoices) {
        parts[id] = id in fixed ? toSteps(fixed[id], currency) : 0;
        rest -= parts[id];
    }
    const free = invoices.filter(({ id }) => !(id in fixed));
    const fill = (limit) => {
        for (const invoice of free) {
            const more = Math.max(0, Math.min(rest, limit(invoice) - parts[invoice.id]));
            parts[invoice.id] += more;
            rest -= more;
        }
    };
    fill((invoice) => settlingSteps(invoice, currency));
    fill((invoice) => toSteps(invoice.amount_due, currency));
    return { parts, rest };
}

export function toAllocations(parts, invoices, currency) {
    return invoices
        .filter(({ id }) => parts[id] > 0)
        .map((invoice) => allocate(invoice, fromSteps(parts[invoice.id], currency)));
}

/** In the currency, what steps of each invoice come to together. */
function sumUp(invoices, steps, currency) {
    return fromSteps(
        invoices.reduce((sum, invoice) => sum + steps(invoice), 0),
        currency
    );
}

/** What pays all these invoices today. */
export function settlingTotal(invoices, currency) {
    return sumUp(invoices, (invoice) => settlingSteps(invoice, currency), currency);
}

export function dueTotal(invoices, currency) {
    return sumUp(invoices, ({ amount_due }) => toSteps(amount_due, currency), currency);
}

export function dueNowTotal(invoices, currency) {
    return sumUp(invoices, ({ amount_due_now }) => toSteps(amount_due_now, currency), currency);
}

/** What these invoices still ask for once each has been paid its part. */
export function leftTotal(invoices, parts, currency) {
    return sumUp(invoices, (invoice) => stepsLeft(invoice, parts[invoice.id], currency), currency);
}

/**
 * Why the amount cannot be paid, as a code the screen turns into a sentence.
 *
 * @param {number|null} amount as parsed
 * @param {number} most what can be paid at most
 * @returns {"unreadable"|"tooFine"|"notPositive"|"tooMuch"|null}
 */
export function amountProblem(amount, most, currency) {
    if (amount === null) {
        return "unreadable";
    }
    if (isFinerThanCurrency(amount, currency)) {
        return "tooFine";
    }
    const steps = toSteps(amount, currency);
    if (steps <= 0) {
        return "notPositive";
    }
    return steps > toSteps(most, currency) ? "tooMuch" : null;
}
