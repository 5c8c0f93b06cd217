import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { isInvoice } from "@pos_receivable/app/utils/debts";
import { hasDiscount } from "@pos_receivable/payment/utils/due";

const { DateTime } = luxon;

/** A day as people write it: "28 Oct", with the year when it is not this one. */
export function formatDay(isoDate, today = DateTime.now()) {
    if (!isoDate) {
        return "";
    }
    const day = DateTime.fromISO(isoDate);
    const format = { day: "numeric", month: "short" };
    return day.toLocaleString(day.year === today.year ? format : { ...format, year: "numeric" });
}

/** The earliest day on which something of the invoice is due. */
export function dueDay(invoice) {
    return invoice.next_due_date || invoice.invoice_date_due;
}

/**
 * The state of an invoice in words, most pressing first.
 *
 * @returns {{key: string, label: string, class: string}[]}
 */
export function invoiceBadges(invoice, today = DateTime.now()) {
    const badges = [];
    if (!isInvoice(invoice)) {
        badges.push(kindBadge(invoice));
    }
    if (!invoice.payable && isInvoice(invoice)) {
        badges.push({ key: "blocked", label: _t("Blocked"), class: "text-bg-secondary" });
    }
    if (invoice.online_payment) {
        const label =
            invoice.online_payment === "received"
                ? _t("Paid online, being booked")
                : _t("Online payment pending");
        badges.push({ key: "online", label, class: "text-bg-warning" });
    }
    if (invoice.is_overdue) {
        badges.push({ key: "overdue", label: overdueLabel(invoice), class: "text-bg-danger" });
    } else if (dueDay(invoice) === today.toISODate()) {
        badges.push({ key: "today", label: _t("Due today"), class: "text-bg-warning" });
    }
    if (hasDiscount(invoice)) {
        const percentage = formatFloat(invoice.discount_percentage, { trailingZeros: false });
        const label = _t("%(percentage)s % off until %(date)s", {
            percentage,
            date: formatDay(invoice.discount_date, today),
        });
        badges.push({ key: "discount", label, class: "bg-success-subtle text-success-emphasis" });
    }
    if (invoice.payment_state === "partial") {
        badges.push({ key: "partial", label: _t("Partly paid"), class: "text-bg-info" });
    }
    return badges;
}

function kindBadge({ kind }) {
    const label = {
        order: _t("On account"),
        order_open: _t("On account, today"),
        entry: _t("Earlier balance"),
    }[kind];
    return { key: "kind", label, class: "bg-info-subtle text-info-emphasis" };
}

function overdueLabel(invoice) {
    if (!invoice.overdue_days) {
        return _t("Overdue");
    }
    return invoice.overdue_days === 1
        ? _t("Overdue 1 day")
        : _t("Overdue %s days", invoice.overdue_days);
}
