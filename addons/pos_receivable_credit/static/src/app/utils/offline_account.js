import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/**
 * What may be sold on a customer's account while the server cannot be asked; it reports it later.
 *
 * @param {"allow"|"ceiling"|"refuse"} policy
 * @param {number} ceiling what of the shop's ceiling is left for this customer
 */
export function leftOffline(policy, ceiling) {
    if (policy === "refuse") {
        return 0;
    }
    return policy === "ceiling" ? Math.max(0, ceiling) : Infinity;
}

/** The last figures with their time, as a sentence; nothing when none are known. */
export function describeKnown(account, format) {
    if (!account) {
        return "";
    }
    const time = deserializeDateTime(account.checked_at).toLocaleString(DateTime.DATETIME_SHORT);
    return account.available === false
        ? _t("Owed %(exposure)s at %(time)s.", { exposure: format(account.exposure), time })
        : _t("Available %(available)s at %(time)s.", {
              available: format(account.available),
              time,
          });
}

/** The same customer's other orders that have not arrived yet: what they put on account counts. */
export function ordersOnTheWay(orders, order) {
    const partner = order.getPartner();
    return orders.filter(
        (other) =>
            other !== order &&
            other.finalized &&
            !other.isSynced &&
            other.getPartner()?.id === partner.id
    );
}
