import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

// The person at the till counts, not whose login the till runs on. The server decides the same.
patch(PosStore.prototype, {
    getSessionContext() {
        const context = super.getSessionContext();
        const employeeId = this.config.module_pos_hr && this.cashier?.id;
        return employeeId ? { ...context, pos_employee_id: employeeId } : context;
    },

    canCollectInvoices() {
        const isMinimal = this.config.module_pos_hr && this.cashier?._role === "minimal";
        return super.canCollectInvoices() && !isMinimal;
    },

    canVoidInvoicePayments() {
        const { module_pos_hr, invoice_payment_cashier_void } = this.config;
        return (
            super.canVoidInvoicePayments() &&
            Boolean(
                !module_pos_hr || invoice_payment_cashier_void || this.cashier?._role === "manager"
            )
        );
    },
});
