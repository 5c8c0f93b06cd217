import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { PaymentGuideBubble } from "@pos_receivable/payment/components/payment_guide_bubble/payment_guide_bubble";

const INTERVAL = 200; // milliseconds between two looks at the screen
const ABOVE_POPUPS = 1100; // as the core's pointer of tours

function find(selector) {
    const elements = document.querySelectorAll(selector);
    return [...elements].find((element) => element.getClientRects().length);
}

/** Points at the furthest of a tour's steps that is on the screen, until the last one is done. */
export class PaymentWalk {
    constructor(popover, steps) {
        this.popover = popover;
        this.told = steps.filter(({ content }) => content);
        this.isShown = false;
        this.isPaid = false;
        this.timer = browser.setInterval(() => this.look(), INTERVAL);
    }

    look() {
        const step = this.told.findLast(({ trigger }) => find(trigger));
        const isLast = step === this.told.at(-1);
        if (this.isPaid && !isLast) {
            this.stop();
            return;
        }
        this.isPaid = isLast;
        this.point(step);
    }

    stop() {
        browser.clearInterval(this.timer);
        this.point();
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

registry.category("lazy_components").add("PaymentWalk", PaymentWalk);
