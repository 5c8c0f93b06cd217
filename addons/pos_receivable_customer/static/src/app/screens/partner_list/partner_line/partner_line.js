import { PartnerLine } from "@point_of_sale/app/screens/partner_list/partner_line/partner_line";
import { patch } from "@web/core/utils/patch";
import { useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";

patch(PartnerLine.prototype, {
    setup() {
        super.setup();
        this.receivableScreens = useReceivableScreens();
    },
});
