import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

patch(PosStore.prototype, {
    getSyncAllOrdersContext(orders) {
        const context = super.getSyncAllOrdersContext(...arguments);
        const live = this.env.services.pos_receivable_credit?.live;
        // Only the order that somebody waits for: what is sent beside it was sold before.
        return live && orders.length === 1 && orders[0].uuid === live
            ? { ...context, customer_account_live: live }
            : context;
    },

    setPartnerToCurrentOrder() {
        super.setPartnerToCurrentOrder(...arguments);
        this.env.services.pos_receivable_credit?.tidy(this.getOrder());
    },

    removeOrder(order) {
        this.env.services.pos_receivable_credit?.tidy(order, { isGone: true });
        return super.removeOrder(...arguments);
    },
});
