import { PartnerLine } from "@point_of_sale/app/screens/partner_list/partner_line/partner_line";
import { patch } from "@web/core/utils/patch";
import { PartnerDue } from "@pos_receivable/app/screens/partner_list/partner_due/partner_due";
import { useReceivables } from "@pos_receivable/app/hooks/receivables_hook";

patch(PartnerLine, {
    components: { ...PartnerLine.components, PartnerDue },
});

patch(PartnerLine.prototype, {
    setup() {
        super.setup();
        this.receivables = useReceivables();
    },
});
