/**
 * What a customer owes, as the server lists it: invoices, and what is owed without one. Only invoices have
 * an id there; here each row has one, and what is paid is told by the key the server gave.
 */

const KEYS = ["invoice_id", "item_id", "pos_payment_uuid"];

/** All that this till lists and collects. */
export const DEBT_KINDS = ["invoice", "order", "order_open", "entry"];

export function isInvoice({ kind = "invoice" }) {
    return kind === "invoice";
}

/** The key by which an allocation names the debt. */
function debtKey(row) {
    const { item_id, pos_payment_uuid } = row;
    if (isInvoice(row)) {
        return { invoice_id: row.id };
    }
    return item_id ? { item_id } : { pos_payment_uuid };
}

/** @returns {number|string} an identity among all debts; an invoice's is its id */
function identityOf(key) {
    const name = KEYS.find((candidate) => key[candidate]);
    return name === "invoice_id" ? key[name] : `${name}:${key[name]}`;
}

/** The row with an `id`, whatever kind of debt it is. */
export function identify(row) {
    return isInvoice(row) ? row : { ...row, id: identityOf(debtKey(row)) };
}

/** @returns {{invoice_id?: number, item_id?: number, pos_payment_uuid?: string, amount: number}} */
export function allocate(row, amount) {
    return { ...debtKey(row), amount };
}

/** Of which row an allocation is, by its `id`. */
export function allocatedId(allocation) {
    return identityOf(allocation);
}
