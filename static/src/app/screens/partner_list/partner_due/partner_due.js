import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { useReceivables } from "@pos_receivable/app/hooks/receivables_hook";

/** What a customer in the list owes, once it is known. */
export class PartnerDue extends Component {
    static template = "pos_receivable.PartnerDue";
    static props = { partnerId: Number };

    setup() {
        this.pos = usePos();
        const { dues } = useReceivables();
        this.known = useState(dues.known);
        const placeRef = useRef("place");
        // A list has up to a thousand lines: only what comes into view is asked for.
        const observer = new IntersectionObserver((entries) => {
            if (entries.some(({ isIntersecting }) => isIntersecting)) {
                observer.disconnect();
                dues.want(this.props.partnerId);
            }
        });
        onMounted(() => observer.observe(placeRef.el));
        onWillUnmount(() => observer.disconnect());
    }

    /** @returns {{due: number, overdue: number}|undefined} nothing while unknown, or when paid */
    get amounts() {
        return this.known[this.props.partnerId] || undefined;
    }
}
