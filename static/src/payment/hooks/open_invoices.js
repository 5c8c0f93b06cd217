import { _t } from "@web/core/l10n/translation";
import { useLoaded } from "@pos_receivable/payment/hooks/loaded";
import { useLostPayments } from "@pos_receivable/payment/hooks/lost_payments";
import { useReceivables } from "@pos_receivable/app/hooks/receivables_hook";

/**
 * What a customer has to pay, page by page. What became of payments whose answer was lost is found out
 * on the way: the list may be another one then.
 *
 * @param {number} partnerId
 * @param {Object} options
 * @param {number} options.pageSize
 * @param {() => string} options.getSearch what to look for, empty for everything
 * @param {(data: {page: Object, offset: number}) => void} options.onLoaded
 * @returns {{list: import("./loaded").Loaded, lostPayments: import("./lost_payments").LostPayments}}
 *  the list's `load` is given the offset
 */
export function useOpenInvoices(partnerId, { pageSize, getSearch, onLoaded }) {
    const receivables = useReceivables();
    const lostPayments = useLostPayments();
    const ask = async (offset = 0) => {
        const question = { search: getSearch(), offset, limit: pageSize };
        let page = await receivables.loadOpenInvoices(partnerId, question);
        if (await lostPayments.settle(page.partner)) {
            page = await receivables.loadOpenInvoices(partnerId, question);
        }
        // The last page may be gone, once what was on it is paid.
        return offset && !page.invoices.length ? ask(0) : { page, offset };
    };
    const list = useLoaded(ask, {
        offlineMessage: () =>
            _t("You are offline. The invoices are shown as soon as the connection is back."),
        onLoaded,
    });
    return { list, lostPayments };
}
