import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Which part of a long list is shown, and the ways to the parts before and after. */
export class InvoicePager extends Component {
    static template = "pos_receivable.InvoicePager";
    static props = {
        offset: Number,
        /** How many are shown. */
        count: Number,
        total: Number,
        isLoading: Boolean,
        /** Called with the number of pages to turn. */
        onTurn: Function,
    };

    get last() {
        return this.props.offset + this.props.count;
    }

    get range() {
        const { offset, total } = this.props;
        return _t("%(first)s–%(last)s of %(total)s", {
            first: offset + 1,
            last: this.last,
            total,
        });
    }

    get hasPrevious() {
        return this.props.offset > 0;
    }

    get hasNext() {
        return this.last < this.props.total;
    }
}
