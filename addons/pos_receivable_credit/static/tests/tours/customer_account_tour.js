/* global posmodel */

import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";
import * as Invoice from "@pos_receivable/../tests/tours/utils/collect_invoice_util";

const METHOD = "Customer Account";
const POPUP = ".modal:not(.o_inactive_modal) .customer-account";

function addTour(name, steps) {
    registry.category("web_tour.tours").add(name, { steps: () => steps().flat(Infinity) });
}

/** To the payment of an order of 5.10 for the customer who may owe 2.00 more. */
function sell() {
    return [
        Chrome.startPoS(),
        Dialog.confirm("Open Register"),
        ProductScreen.clickDisplayedProduct("Desk Organizer"),
        ProductScreen.clickPartnerButton(),
        ProductScreen.clickCustomer("Counter Customer"),
        ProductScreen.clickPayButton(),
    ];
}

function putOnAccount() {
    return {
        content: "put it on account",
        trigger: `.paymentmethods .paymentmethod:contains(${METHOD})`,
        run: "click",
    };
}

function press(name) {
    return [
        Invoice.look(),
        {
            content: `press ${name}`,
            trigger: `${POPUP} .customer-account-${name}:enabled`,
            run: "click",
        },
    ];
}

function shows(...texts) {
    return texts.map((text) => ({
        content: `it says ${text}`,
        trigger: `${POPUP} .modal-body:contains(${text})`,
    }));
}

function isOnAccount(amount) {
    return {
        content: `${amount} are on account`,
        trigger: `.paymentline:contains(${METHOD}):contains(${amount})`,
    };
}

function validate() {
    return [PaymentScreen.clickValidate(), ReceiptScreen.isShown()];
}

function giveReason() {
    return {
        content: "say why",
        trigger: `${POPUP} #customer-account-reason`,
        run: "edit Old friend",
    };
}

addTour("CustomerAccountUseAvailable", () => [
    sell(),
    putOnAccount(),
    shows("Counter Customer", "692.00", "690.00", "2.00"),
    press("available"),
    isOnAccount("2.00"),
    PaymentScreen.clickPaymentMethod("Cash"),
    validate(),
]);

addTour("CustomerAccountManager", () => [
    sell(),
    putOnAccount(),
    press("manager"),
    giveReason(),
    press("let-pass"),
    isOnAccount("5.10"),
    validate(),
]);

addTour("CustomerAccountFromAfar", () => [
    sell(),
    putOnAccount(),
    press("manager"),
    giveReason(),
    press("ask"),
    {
        content: "it waits",
        trigger: `${POPUP} .customer-account-waiting`,
        run: async () => {
            // Who decides sits elsewhere; here the same browser asks on their behalf.
            const { orm } = posmodel.env.services;
            const model = "pos_receivable.credit.authorization";
            const ids = await orm.search(model, [["state", "=", "requested"]]);
            await orm.call(model, "action_approve", [ids]);
        },
    },
    isOnAccount("5.10"),
    validate(),
]);

addTour("CustomerAccountOffline", () => [
    sell(),
    {
        content: "the connection is lost",
        trigger: ".payment-screen",
        run: () => {
            posmodel.data.network.offline = true;
        },
    },
    putOnAccount(),
    {
        content: "it says that nobody was asked",
        trigger: ".o_notification:contains(without asking)",
    },
    isOnAccount("5.10"),
    {
        content: "the connection is back",
        trigger: ".payment-screen",
        run: () => {
            posmodel.data.network.offline = false;
        },
    },
]);

addTour("CustomerAccountObserved", () => [
    sell(),
    putOnAccount(),
    isOnAccount("5.10"),
    {
        content: "nothing is said",
        trigger: "body:not(:has(.customer-account)):not(:has(.o_notification:contains(account)))",
    },
    validate(),
]);
