import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { tourState } from "@web_tour/js/tour_state";
import { PaymentGuideBubble } from "@pos_receivable/app/components/payment_guide_bubble/payment_guide_bubble";
import { FIRST_PAYMENT } from "@pos_receivable/app/tours/first_payment_tour";
import { isGuided, markGuided } from "@pos_receivable/app/utils/guided_users";

const INTERVAL = 200; // milliseconds between two looks at the screen
const ABOVE_POPUPS = 1100; // as the core's pointer of tours

function find(selector) {
    const elements = document.querySelectorAll(selector);
    return [...elements].find((element) => element.getClientRects().length);
}

/**
 * Shows a cashier the way of the first payment, with the steps of the tour.
 *
 * The core follows a tour only for users to whom it offers all its tours, which cashiers are not,
 * and along one path. This one points at the furthest step that is on the screen: whoever has
 * chosen the customer before, goes back or pays several is still led on.
 */
export class PaymentGuide {
    constructor(pos, receivables, popover) {
        this.pos = pos;
        this.receivables = receivables;
        this.popover = popover;
        this.isAsking = false;
        this.isShown = false;
        this.stop = () => {};
        /** Take the offer off the screen, unanswered: it is made again another time. */
        this.withdraw = () => {};
    }

    /** Not while the core itself shows it, to somebody who came from the back office. */
    canStart() {
        return this.receivables.canCollect() && tourState.getCurrentTour() !== FIRST_PAYMENT;
    }

    /** Offer it, once, to a user who was not asked before and has taken no payment here. */
    async offer() {
        const { data, notification, session, user } = this.pos;
        if (
            this.isAsking ||
            session.state !== "opened" ||
            !this.canStart() ||
            this.receivables.isOffline ||
            isGuided(user.id)
        ) {
            return;
        }
        this.isAsking = true;
        const domain = [
            ["name", "=", FIRST_PAYMENT],
            ["user_consumed_ids", "in", [user.id]],
        ];
        const count = await data.silentCall("web_tour.tour", "search_count", [domain]);
        if (count === 1) {
            markGuided(user.id);
        }
        if (count !== 0) {
            return;
        }
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
                    onClick: () => {
                        close();
                        this.start();
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

    start() {
        this.stop();
        const steps = registry.category("web_tour.tours").get(FIRST_PAYMENT).steps();
        const told = steps.filter(({ content }) => content);
        let isPaid = false;
        const timer = browser.setInterval(() => {
            const step = told.findLast(({ trigger }) => find(trigger));
            if (isPaid && step !== told.at(-1)) {
                this.stop();
                return;
            }
            isPaid = step === told.at(-1);
            this.point(step);
        }, INTERVAL);
        this.stop = () => {
            browser.clearInterval(timer);
            this.point();
            this.stop = () => {};
        };
    }

    /** Point at what a step is about, once it stands still; at nothing without one. */
    point(step) {
        const element = step && find(step.trigger);
        const { x, y } = element?.getBoundingClientRect() || {};
        const place = element && [step.content, x, y].join();
        if (place !== this.place) {
            this.place = place;
            this.hide();
        } else if (element && !this.isShown) {
            this.isShown = true;
            this.close = this.popover.add(
                element,
                PaymentGuideBubble,
                { sentence: step.content, onStop: () => this.stop() },
                {
                    closeOnClickAway: false,
                    closeOnEscape: false,
                    onClose: () => {
                        this.isShown = false;
                    },
                    popoverClass: "payment-guide-popover",
                    position: step.tooltipPosition,
                    role: "status",
                    sequence: ABOVE_POPUPS,
                    setActiveElement: false,
                }
            );
        }
    }

    hide() {
        if (this.isShown) {
            this.close();
        }
    }
}

registry.category("services").add("pos_receivable_guide", {
    dependencies: ["pos", "pos_receivable", "popover"],
    start: (env, { pos, pos_receivable, popover }) =>
        new PaymentGuide(pos, pos_receivable, popover),
});
