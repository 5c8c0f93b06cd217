import { fromSteps, isFinerThanCurrency, toSteps } from "@pos_receivable/app/utils/amounts";

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
 * first), each up to what is due on it.
 *
 * @param {number} amount in the currency of the session
 * @returns {{invoice_id: number, amount: number}[]} only the invoices that get something
 */
export function spread(amount, invoices, currency) {
    let rest = toSteps(amount, currency);
    const allocations = [];
    for (const invoice of invoices) {
        const part = Math.min(rest, toSteps(invoice.amount_due, currency));
        if (part > 0) {
            allocations.push({ invoice_id: invoice.id, amount: fromSteps(part, currency) });
            rest -= part;
        }
    }
    return allocations;
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
