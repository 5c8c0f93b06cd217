import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { patch } from "@web/core/utils/patch";

patch(PaymentScreen.prototype, {
    get customerAccounts() {
        return this.pos.env.services.pos_receivable_credit;
    },

    async addNewPaymentLine(paymentMethod) {
        const order = this.currentOrder;
        if (!this.customerAccounts.isAsked(order, paymentMethod)) {
            return super.addNewPaymentLine(...arguments);
        }
        const amount = await this.customerAccounts.askAmount(order, paymentMethod);
        // Another order may be on the screen by now.
        if (!amount || this.currentOrder !== order) {
            return false;
        }
        const isAdded = await super.addNewPaymentLine(...arguments);
        const line = this.selectedPaymentLine;
        if (isAdded && !this.pos.currency.isZero(line.getAmount() - amount)) {
            line.setAmount(amount);
            this.numberBuffer.set(amount.toString());
        }
        return isAdded;
    },

    deletePaymentLine() {
        const order = this.currentOrder;
        super.deletePaymentLine(...arguments);
        this.customerAccounts.tidy(order);
    },
});
