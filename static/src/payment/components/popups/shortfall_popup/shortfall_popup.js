import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { LoadFailure } from "@pos_receivable/payment/components/load_failure/load_failure";
import { useLoaded } from "@pos_receivable/payment/hooks/loaded";
import { useReceivables } from "@pos_receivable/app/hooks/receivables_hook";
import { fromSteps, toSteps } from "@pos_receivable/payment/utils/amounts";
import { useMeantPress } from "@pos_receivable/payment/utils/meant_press";
import { PAYS_LATER, ShortfallForm } from "@pos_receivable/payment/utils/shortfall";

const { DateTime } = luxon;

/**
 * Ask once why a customer pays less than what is due now. Skipping is one tap, and nothing that goes
 * wrong here keeps the payment from being taken.
 *
 * Closed with what `pos.session.collect_invoice_payment` takes, `[]` when skipped; with nothing to go
 * back to the payment.
 */
export class ShortfallPopup extends Component {
    static template = "pos_receivable.ShortfallPopup";
    static components = { Dialog, LoadFailure };
    static props = {
        customerName: String,
        /** See `shortInvoices`. */
        short: Array,
        /** What pressing the button does: "Pay now $ 240.50". */
        payLabel: String,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.receivables = useReceivables();
        this.form = useState(new ShortfallForm(DateTime.now().toISODate()));
        this.list = useLoaded(() => this.receivables.loadShortfallReasons(), {
            offlineMessage: () => _t("The reasons cannot be loaded now. Skip to go on."),
            onLoaded: (reasons) => {
                if (!reasons.length) {
                    this.skip();
                }
            },
        });
        this.skipRef = useRef("skip");
        // Nobody has to answer: Enter goes on.
        onMounted(() => this.skipRef.el.focus());
        useHotkey("escape", () => this.props.close());
        useMeantPress(() => null);
    }

    get title() {
        const { currency } = this.pos;
        const left = this.props.short.reduce((sum, { left }) => sum + toSteps(left, currency), 0);
        return _t("%s stays due", this.env.utils.formatCurrency(fromSteps(left, currency)));
    }

    get subject() {
        const [{ invoice }, ...others] = this.props.short;
        return others.length ? _t("%s invoices", this.props.short.length) : invoice.name;
    }

    get reasons() {
        return this.list.data || [];
    }

    get promises() {
        return [
            { days: 7, label: _t("In a week") },
            { days: 14, label: _t("In two weeks") },
            { days: 30, label: _t("In 30 days") },
        ];
    }

    get lastDay() {
        return DateTime.fromISO(this.form.today).plus({ years: 1 }).toISODate();
    }

    isLater({ code }) {
        return code === PAYS_LATER;
    }

    skip() {
        this.finish([]);
    }

    note() {
        if (this.form.canBeNoted) {
            this.finish(this.form.toShortfalls(this.props.short.map(({ invoice }) => invoice)));
        }
    }

    finish(shortfalls) {
        this.props.getPayload(shortfalls);
        this.props.close();
    }
}
