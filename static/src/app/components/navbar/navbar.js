import { Navbar } from "@point_of_sale/app/components/navbar/navbar";
import { patch } from "@web/core/utils/patch";
import {
    usePaymentGuide,
    useReceivables,
    useReceivableScreens,
} from "@pos_receivable/app/hooks/receivables_hook";

patch(Navbar.prototype, {
    setup() {
        super.setup();
        this.receivables = useReceivables();
        this.receivableScreens = useReceivableScreens();
        this.paymentGuide = usePaymentGuide();
    },
});
