import { fromSteps, toSteps } from "@pos_receivable/payment/utils/amounts";

/**
 * What using these credits on these invoices comes to, in the currency.
 *
 * No discount is counted: whether setting off settles an invoice early is the server's to say.
 *
 * @returns {{used: number, left: number}} what is set off, and what stays due
 */
export function sumCredits(credits, invoices, currency) {
    const credit = credits.reduce((sum, { amount }) => sum + toSteps(amount, currency), 0);
    const due = invoices.reduce((sum, { amount_due }) => sum + toSteps(amount_due, currency), 0);
    const used = Math.min(credit, due);
    return { used: fromSteps(used, currency), left: fromSteps(due - used, currency) };
}
