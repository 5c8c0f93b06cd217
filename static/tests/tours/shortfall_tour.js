import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import { registry } from "@web/core/registry";
import { isReadable } from "@pos_receivable/../tests/tours/utils/contrast_util";
import * as Invoice from "@pos_receivable/../tests/tours/utils/collect_invoice_util";
import * as Shortfall from "@pos_receivable/../tests/tours/utils/shortfall_util";

registry.category("web_tour.tours").add("CollectInvoiceShort", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            Invoice.clickInvoice(),
            Invoice.chooseCustomer("Counter Customer"),
            Invoice.catchPrints(),
            // The rest is promised.
            Invoice.pay("INV/TOUR/1"),
            Invoice.enterAmount("240.5"),
            Invoice.payNow("240.50"),
            Shortfall.isAsked("399.50"),
            isReadable(".modal:has(.shortfall-popup)"),
            Shortfall.because("Pays the rest later"),
            Shortfall.promise("In two weeks"),
            Shortfall.note("when he is paid"),
            isReadable(".modal:has(.shortfall-popup)"),
            Shortfall.done("Pay now $ 240.50"),
            Invoice.isPaid("240.50"),
            Invoice.next(),
            // The shop's copy says so.
            Invoice.showHistory(),
            Invoice.reprint(),
            Invoice.isPrinted("COPY", "Pays the rest later"),
            Invoice.closeHistory(),
            // Another reason, and none.
            Invoice.pay("INV/TOUR/1"),
            Invoice.enterAmount("100"),
            Invoice.payNow("100.00"),
            Shortfall.isAsked("299.50"),
            Shortfall.because("Goods were damaged"),
            Shortfall.done("Pay now $ 100.00"),
            Invoice.isPaid("100.00"),
            Invoice.next(),
            Invoice.pay("INV/TOUR/1"),
            Invoice.enterAmount("50"),
            Invoice.payNow("50.00"),
            Shortfall.isAsked("249.50"),
            Shortfall.skip(),
            Invoice.isPaid("50.00"),
            Invoice.next(),
            // What is due now is paid without a question.
            Invoice.pay("INV/TOUR/1"),
            Invoice.payNow("249.50"),
            Invoice.isPaid("249.50"),
            Invoice.next(),
            Invoice.isBackAtTheOrder(),
        ].flat(Infinity),
});
