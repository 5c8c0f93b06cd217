import { _t } from "@web/core/l10n/translation";

/**
 * Why a payment cannot be sent as it was entered, see `PaymentForm`.
 *
 * @typedef {Object} FormProblem
 * @property {"journal"|"amount"|"part"|"split"|"cash"|"tendered"|"date"} field
 * @property {string} code what is wrong there
 * @property {number} [amount] what the sentence is about
 * @property {Object} [invoice] whose part it is
 */

/**
 * What the cashier is told about one of a form's problems.
 *
 * @param {FormProblem|null} problem
 * @param {Object} words
 * @param {(amount: number) => string} words.formatCurrency
 * @param {Object} words.currency
 * @param {string} words.title what is paid, for what is about the whole payment
 * @returns {string} empty when the screen shows it in another way
 */
export function problemSentence(problem, { formatCurrency, currency, title }) {
    switch (problem?.code) {
        case "unreadable":
            return _t("This is not an amount.");
        case "tooFine":
            return _t("The smallest step is %s.", formatCurrency(currency.rounding));
        case "notPositive":
            return _t("The amount must be more than zero.");
        case "tooMuch":
            return _t("%(amount)s is the most that can be paid on %(invoice)s.", {
                amount: formatCurrency(problem.amount),
                invoice: problem.invoice?.name || title,
            });
        case "tooMuchKept":
            return _t(
                "%s is the most that can be kept on account.",
                formatCurrency(problem.amount)
            );
        case "tooLittle":
            return _t("%s is too little to be paid in cash.", formatCurrency(problem.amount));
        case "missing":
            return _t("%s is missing.", formatCurrency(problem.amount));
    }
    return "";
}
