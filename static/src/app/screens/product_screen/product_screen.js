import { useEffect } from "@odoo/owl";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { patch } from "@web/core/utils/patch";
import { usePaymentGuide, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";

/** Looked up a moment ago: the core need not ask the server for their product again. */
const fruitlessScans = new WeakSet();

patch(ProductScreen.prototype, {
    setup() {
        super.setup();
        this.receivableScreens = useReceivableScreens();
        // What the nomenclature has no rule for: the core would give up at once.
        useBarcodeReader({ error: this._barcodeInvoiceAction });
        const guide = usePaymentGuide();
        useEffect(
            () => {
                guide.offer();
            },
            () => [this.pos.session.state]
        );
    },

    /** A code that is no product may be the number or the payment reference of an invoice. */
    async _barcodeProductAction(code) {
        if (!(await this._getProductByBarcode(code))) {
            if (await this.receivableScreens.openScannedInvoice(code.code)) {
                return undefined;
            }
            fruitlessScans.add(code);
        }
        try {
            return await super._barcodeProductAction(code);
        } finally {
            fruitlessScans.delete(code);
        }
    },

    async _getProductByBarcode(code) {
        return fruitlessScans.has(code) ? undefined : super._getProductByBarcode(code);
    },

    async _barcodeInvoiceAction(code) {
        if (!(await this.receivableScreens.openScannedInvoice(code.code))) {
            this.barcodeReader.showNotFoundNotification(code);
        }
    },
});
