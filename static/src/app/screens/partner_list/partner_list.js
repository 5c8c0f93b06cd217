import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { patch } from "@web/core/utils/patch";

patch(PartnerList.prototype, {
    setup() {
        this.env.services.pos.partnerDues.forget();
        super.setup();
    },
});
