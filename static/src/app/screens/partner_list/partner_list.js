import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { patch } from "@web/core/utils/patch";
import { useReceivables } from "@pos_receivable/app/hooks/receivables_hook";

patch(PartnerList.prototype, {
    setup() {
        useReceivables().dues.forget();
        super.setup();
    },
});
