import { Component, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { fromSteps } from "@pos_receivable/payment/utils/amounts";
import { hasDueNow } from "@pos_receivable/payment/utils/due";
import { formatInvoiceCurrency, isForeign } from "@pos_receivable/payment/utils/invoice_currency";

/** Beyond this many only the invoices that get something are shown at first. */
const MOST_ROWS = 6;

/** How one payment is divided: an editable part for each of several invoices. */
export class PaymentSplit extends Component {
    static template = "pos_receivable.PaymentSplit";
    static props = {
        invoices: Array,
        /** What each invoice gets, in steps, by its id. */
        parts: Object,
        /** What was typed for some of them, by id. */
        typed: Object,
        /** Why what was typed cannot be paid, by id. */
        messages: Object,
        /** Steps that no invoice takes; negative when too much was given out. */
        rest: Number,
        onType: Function,
        onClickPart: Function,
        onSpreadAgain: Function,
        onTakeSum: Function,
    };

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.state = useState({ showsAll: this.props.invoices.length <= MOST_ROWS });
    }

    get rows() {
        const { invoices, parts, typed } = this.props;
        return this.state.showsAll
            ? invoices
            : invoices.filter(({ id }) => parts[id] || id in typed);
    }

    get hiddenCount() {
        return this.props.invoices.length - this.rows.length;
    }

    get moreLabel() {
        return _t("Show the other %s invoices", this.hiddenCount);
    }

    get sumLabel() {
        return _t("Pay %s instead", this.formatSteps(this.sum));
    }

    get sum() {
        return Object.values(this.props.parts).reduce((sum, part) => sum + part, 0);
    }

    get restLabel() {
        const { rest } = this.props;
        const amount = this.formatSteps(Math.abs(rest));
        return rest > 0
            ? _t("%s is still to be spread.", amount)
            : _t("The parts are %s more than the amount.", amount);
    }

    hasDueNow(invoice) {
        return hasDueNow(invoice, this.pos.currency);
    }

    /** What is due in the invoice's own currency, where that is not the till's. */
    foreignDue(invoice) {
        return isForeign(invoice, this.pos.currency)
            ? formatInvoiceCurrency(invoice.amount_residual, invoice)
            : "";
    }

    textOf({ id }) {
        return this.props.typed[id] ?? this.formatSteps(this.props.parts[id], false);
    }

    partLabel(invoice) {
        return _t("Amount for %s", invoice.name);
    }

    formatSteps(steps, hasSymbol = true) {
        return this.env.utils.formatCurrency(fromSteps(steps, this.pos.currency), hasSymbol);
    }
}
