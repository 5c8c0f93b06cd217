import { patch } from "@web/core/utils/patch";
import { Receivables } from "@pos_receivable/app/services/receivables";

// The person at the till counts, not whose login the till runs on. The server decides the same.
patch(Receivables.prototype, {
    getSessionContext() {
        const { config, cashier } = this.pos;
        const context = super.getSessionContext();
        const employeeId = config.module_pos_hr && cashier?.id;
        return employeeId ? { ...context, pos_employee_id: employeeId } : context;
    },

    canCollect() {
        const { config, cashier } = this.pos;
        const isMinimal = config.module_pos_hr && cashier?._role === "minimal";
        return super.canCollect() && !isMinimal;
    },

    canPayOut() {
        const { config, cashier } = this.pos;
        return super.canPayOut() && (!config.module_pos_hr || cashier?._role === "manager");
    },

    canVoid() {
        const { config, cashier } = this.pos;
        const { module_pos_hr, invoice_payment_cashier_void } = config;
        return (
            super.canVoid() &&
            Boolean(!module_pos_hr || invoice_payment_cashier_void || cashier?._role === "manager")
        );
    },
});
