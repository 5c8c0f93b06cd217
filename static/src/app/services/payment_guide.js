import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { tourState } from "@web_tour/js/tour_state";
import { FIRST_PAYMENT } from "@pos_receivable/app/tours/first_payment_tour";
import { isGuided, markGuided } from "@pos_receivable/app/utils/guided_users";
import { loadPaymentScreen } from "@pos_receivable/app/utils/payment_screens";

/**
 * Shows a cashier the way of the first payment, with the steps of the tour.
 *
 * The core follows a tour only for users to whom it offers all its tours, which cashiers are not,
 * and along one path. This one points at the furthest step that is on the screen: whoever has
 * chosen the customer before, goes back or pays several is still led on.
 */
export class PaymentGuide {
    constructor(pos, receivables, screens, popover) {
        Object.assign(this, { pos, receivables, screens, popover });
        this.isAsking = false;
        /** Take the offer off the screen, unanswered: it is made again another time. */
        this.withdraw = () => {};
    }

    /** By the core itself, to somebody who came from the back office. */
    get isPlayed() {
        return tourState.getCurrentTour() === FIRST_PAYMENT;
    }

    canStart() {
        return this.receivables.canCollect() && !this.isPlayed;
    }

    /** Offer it, once, to a user who was not asked before and has taken no payment here. */
    offer() {
        const { notification, session, user } = this.pos;
        if (
            this.isAsking ||
            session.state !== "opened" ||
            !this.canStart() ||
            this.receivables.isOffline ||
            user.invoice_payment_guided ||
            isGuided(user.id)
        ) {
            return;
        }
        this.isAsking = true;
        let isWithdrawn = false;
        const close = notification.add(_t("Customers can pay their invoices at this till."), {
            type: "info",
            sticky: true,
            className: "payment-guide-offer",
            onClose: () => {
                if (!isWithdrawn) {
                    this.remember();
                }
                this.withdraw = () => {};
            },
            buttons: [
                {
                    name: _t("Show me"),
                    primary: true,
                    onClick: async () => {
                        if (await this.start()) {
                            close();
                        }
                    },
                },
                { name: _t("No, thanks"), onClick: () => close() },
            ],
        });
        this.withdraw = () => {
            isWithdrawn = true;
            close();
        };
    }

    /** On this device, and on the server for every other one. */
    remember() {
        const { data, user } = this.pos;
        markGuided(user.id);
        return data.silentCall("web_tour.tour", "consume", [FIRST_PAYMENT]);
    }

    /** @returns {Promise<boolean>} whether the way is shown: offline it cannot be fetched */
    async start() {
        const Walk = await loadPaymentScreen("PaymentWalk");
        if (!Walk) {
            this.screens.sayOffline();
            return false;
        }
        this.walk?.stop();
        const { steps } = registry.category("web_tour.tours").get(FIRST_PAYMENT);
        this.walk = new Walk(this.popover, steps());
        return true;
    }
}

registry.category("services").add("pos_receivable_guide", {
    dependencies: ["pos", "pos_receivable", "pos_receivable_screens", "popover"],
    start: (env, { pos, pos_receivable, pos_receivable_screens, popover }) =>
        new PaymentGuide(pos, pos_receivable, pos_receivable_screens, popover),
});
