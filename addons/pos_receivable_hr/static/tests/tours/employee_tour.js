import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as SelectionPopup from "@point_of_sale/../tests/generic_helpers/selection_popup_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PosHr from "@pos_hr/../tests/tours/utils/pos_hr_helpers";
import { registry } from "@web/core/registry";
import * as Invoice from "@pos_receivable/../tests/tours/utils/collect_invoice_util";

function mayNotCollect() {
    return {
        content: "other buttons are there, Invoice is not",
        trigger: ".control-buttons:has(button):not(:has(.collect-invoice-button))",
    };
}

registry.category("web_tour.tours").add("EmployeeCollectsInvoice", {
    steps: () =>
        [
            Chrome.clickBtn("Open Register"),
            PosHr.loginScreenIsShown(),
            PosHr.login("Bert Basic"),
            Dialog.confirm("Open Register"),
            Invoice.clickInvoice(),
            Invoice.chooseCustomer("Counter Customer"),
            Invoice.pay("INV/TOUR/1"),
            Invoice.payNow("640.00"),
            Invoice.isPaid("640.00"),
            Invoice.next(),
            Invoice.isBackAtTheOrder(),
            PosHr.clickCashierName(),
            SelectionPopup.has("Mia Minimal", { run: "click" }),
            mayNotCollect(),
        ].flat(Infinity),
});
