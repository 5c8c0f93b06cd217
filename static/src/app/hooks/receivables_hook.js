import { useService } from "@web/core/utils/hooks";

/** @returns {import("@pos_receivable/app/services/receivables").Receivables} */
export function useReceivables() {
    return useService("pos_receivable");
}

/** @returns {import("@pos_receivable/app/services/payment_guide").PaymentGuide} */
export function usePaymentGuide() {
    return useService("pos_receivable_guide");
}

/** @returns {import("@pos_receivable/app/services/receivable_screens").ReceivableScreens} */
export function useReceivableScreens() {
    return useService("pos_receivable_screens");
}
