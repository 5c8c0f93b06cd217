import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { patch } from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    async isOrderValid() {
        const accounts = this.pos.env.services.pos_receivable_credit;
        return (await accounts.authorize(this.order)) && super.isOrderValid(...arguments);
    },

    async finalizeValidation() {
        const accounts = this.pos.env.services.pos_receivable_credit;
        accounts.live = this.orderUuid;
        try {
            return await super.finalizeValidation(...arguments);
        } finally {
            accounts.live = null;
        }
    },
});
