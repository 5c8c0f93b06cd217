import { formatCurrency, getCurrency } from "@web/core/currency";

export function isForeign({ currency_id }, currency) {
    return currency_id !== currency.id;
}

/** The till may not know the symbol of a currency that is not its own: then its name is shown. */
export function formatInvoiceCurrency(amount, { currency_id, currency_name }) {
    const formatted = formatCurrency(amount, currency_id);
    return getCurrency(currency_id) ? formatted : `${formatted} ${currency_name}`;
}
