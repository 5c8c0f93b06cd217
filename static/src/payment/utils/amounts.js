/**
 * Amounts are compared and added as whole numbers of the currency's smallest step (`rounding`):
 * one cent, five centimes, one yen. A bare float comparison would find 0.1 + 0.2 dearer than 0.3.
 */

export function toSteps(amount, currency) {
    return Math.round(amount / currency.rounding);
}

export function fromSteps(steps, currency) {
    return Number((steps * currency.rounding).toFixed(currency.decimal_places));
}

/** Whether the amount has more decimals than the currency can pay, such as 0.005 in euros. */
export function isFinerThanCurrency(amount, currency) {
    const steps = amount / currency.rounding;
    return Math.abs(steps - Math.round(steps)) > 1e-4;
}

/** Arabic and Persian keyboards write digits and signs of their own: the same text in ours. */
function inEuropeanDigits(text, { decimalPoint, thousandsSep }) {
    return text
        .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) & 15)
        .replace(/\u066b/g, decimalPoint)
        .replace(/\u066c/g, thousandsSep || "");
}

/**
 * Read an amount as a cashier writes it.
 *
 * The web client's parser drops every thousands separator wherever it stands, so that in German
 * "6.40" becomes 640. Here a separator only groups thousands when it stands where one can.
 *
 * @param {string} text
 * @param {{decimalPoint: string, thousandsSep: string}} localization
 * @returns {number|null} null when the text is no amount
 */
export function parseAmount(text, localization) {
    const { decimalPoint, thousandsSep } = localization;
    // With the marks of direction that text copied from an Arabic page brings along.
    const compact = inEuropeanDigits(String(text ?? ""), localization).replace(
        /[\s'’\u061c\u200e\u200f\u2066-\u2069]/g,
        ""
    );
    if (!/^-?[\d.,]*\d[\d.,]*$/.test(compact)) {
        return null;
    }
    const parts = compact.split(decimalPoint);
    if (parts.length > 2) {
        return null;
    }
    const [whole, decimals = ""] = parts;
    const otherSign = /[.,]/;
    if (otherSign.test(decimals)) {
        return null;
    }
    if (!otherSign.test(whole)) {
        return Number(`${whole || 0}.${decimals || 0}`);
    }
    const groups = whole.split(otherSign);
    if (thousandsSep && whole.includes(thousandsSep) && isGrouped(groups)) {
        return Number(`${groups.join("")}.${decimals || 0}`);
    }
    // A single sign that cannot group thousands was meant as the decimal point: the numeric pad of
    // a foreign keyboard writes "." where the language has ",".
    return groups.length === 2 && parts.length === 1
        ? Number(`${groups[0] || 0}.${groups[1] || 0}`)
        : null;
}

/** Groups of three, or of two before the last three as in India (12,34,567). */
function isGrouped([first, ...others]) {
    const last = others.pop();
    return (
        /^-?\d{1,3}$/.test(first) &&
        last.length === 3 &&
        others.every((group) => group.length === 2 || group.length === 3)
    );
}
