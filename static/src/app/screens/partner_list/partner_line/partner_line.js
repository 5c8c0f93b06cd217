import { onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { PartnerLine } from "@point_of_sale/app/screens/partner_list/partner_line/partner_line";
import { patch } from "@web/core/utils/patch";

patch(PartnerLine.prototype, {
    setup() {
        super.setup();
        if (!this.pos.canCollectInvoices()) {
            return;
        }
        this.dues = useState(this.pos.partnerDues.known);
        const lineRef = useRef("invoiceDueLine");
        // A list has up to a thousand lines: only what comes into view is asked for.
        const observer = new IntersectionObserver((entries) => {
            if (entries.some(({ isIntersecting }) => isIntersecting)) {
                observer.disconnect();
                this.pos.partnerDues.want(this.props.partner.id);
            }
        });
        onMounted(() => observer.observe(lineRef.el));
        onWillUnmount(() => observer.disconnect());
    },

    /** @returns {{due: number, overdue: number}|undefined} nothing while unknown, or when paid */
    get invoiceDue() {
        return this.dues?.[this.props.partner.id] || undefined;
    },
});
