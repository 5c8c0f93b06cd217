import { formatCurrency, getCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";

/** How long open items are overdue, as the server tells it, in words. */
export const AGES = [
    { key: "not_due", label: _t("Not due") },
    { key: "late_30", label: _t("1–30 days late") },
    { key: "late_60", label: _t("31–60 days late") },
    { key: "late_90", label: _t("61–90 days late") },
    { key: "late_more", label: _t("Over 90 days late") },
    { key: "credits", label: _t("Credits") },
];

const KINDS = {
    invoice: _t("Invoice"),
    credit_note: _t("Credit note"),
    payment: _t("Payment"),
    entry: _t("Entry"),
};

/** What the server rounded is nothing below this, whatever the currency. */
const NOTHING = 1e-9;

export function isNothing(amount) {
    return Math.abs(amount) < NOTHING;
}

export function kindLabel({ kind }) {
    return KINDS[kind];
}

/** The till may not know the symbol of a currency that is not its own: then its name is shown. */
export function formatAmount(amount, { currency_id, currency_name }) {
    const formatted = formatCurrency(amount, currency_id);
    return getCurrency(currency_id) ? formatted : `${formatted} ${currency_name}`;
}

/** The ages of a section of which there is something to tell, with their amounts. */
export function agesOf(section) {
    return AGES.filter(({ key }) => !isNothing(section[key])).map((age) => ({
        ...age,
        amount: section[age.key],
    }));
}

/**
 * What stands between the lines of a section and its last figure, each row to be added.
 *
 * @returns {{key: string, label: string, amount: number}[]}
 */
export function remarksOf(section, kind) {
    const rows = [];
    const add = (key, label, amount) => !isNothing(amount) && rows.push({ key, label, amount });
    if (kind === "activity") {
        add("exchange", _t("Differences of exchange rates"), section.exchange);
    }
    add("elsewhere", _t("Settled with the account of somebody else"), section.elsewhere);
    add("converted", _t("Settled in another currency"), section.converted);
    return rows;
}

/** A statement's sections, each with those of the loaded lines that are its own. */
export function withLines({ sections, lines }) {
    return sections.map((section) => ({
        ...section,
        lines: lines.filter(({ currency_id }) => currency_id === section.currency_id),
    }));
}
