import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { parseFloat } from "@web/views/fields/parsers";

const { DateTime } = luxon;

export const formatMoney = formatCurrency;

/** @param {string|false} day in ISO form */
export function formatDay(day) {
    return day ? formatDate(deserializeDate(day)) : "";
}

/** @param {string} moment in ISO form, of UTC */
export function formatMoment(moment) {
    const local = DateTime.fromISO(moment, { zone: "utc" }).setZone("default");
    return toLocaleDateTimeString(local, { showSeconds: false });
}

/** An amount as it stands in a field: without its symbol. */
export function writeAmount(amount, currencyId) {
    return formatCurrency(amount, currencyId, { noSymbol: true });
}

/** What was written into such a field; `null` when it is no amount. */
export function readAmount(text) {
    try {
        return parseFloat(text);
    } catch {
        return null;
    }
}

/** A day so many days from now, in ISO form. */
export function dayFromNow(days) {
    return DateTime.local().plus({ days }).toISODate();
}
