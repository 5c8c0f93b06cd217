import { Component } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { generateQRCodeDataUrl } from "@point_of_sale/utils";
import { formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import {
    agesOf,
    formatAmount,
    remarksOf,
    withLines,
} from "@pos_receivable_customer/statement/utils/statement";

const { DateTime } = luxon;

/** A statement of account as the POS printer prints it: some of its lines, all of its figures. */
export class StatementReceipt extends Component {
    static template = "pos_receivable_customer.StatementReceipt";
    static props = {
        /** As `pos.session.get_account_statement` answers it, from `offset` on. */
        statement: Object,
        offset: Number,
    };

    setup() {
        this.pos = usePos();
        this.formatAmount = formatAmount;
        this.agesOf = agesOf;
    }

    get statement() {
        return this.props.statement;
    }

    get company() {
        return this.pos.company;
    }

    get isOpenKind() {
        return this.statement.kind === "open";
    }

    get sections() {
        return withLines(this.statement);
    }

    get period() {
        const { date_from, date_to } = this.statement;
        return this.isOpenKind
            ? _t("Open as of %s", this.formatDate(date_to))
            : _t("%(first)s to %(last)s", {
                  first: this.formatDate(date_from),
                  last: this.formatDate(date_to),
              });
    }

    /** How many lines the paper does not show. */
    get leftOut() {
        const { line_count, lines } = this.statement;
        return line_count - lines.length;
    }

    get leftOutLabel() {
        return this.leftOut === 1
            ? _t("1 more line is in the totals.")
            : _t("%s more lines are in the totals.", this.leftOut);
    }

    get qr() {
        const { portal_url } = this.statement;
        return portal_url && generateQRCodeDataUrl(portal_url);
    }

    formatDate(isoDate) {
        return formatDate(DateTime.fromISO(isoDate));
    }

    amount(line) {
        return this.isOpenKind ? line.residual : line.amount;
    }

    remarks(section) {
        return remarksOf(section, this.statement.kind);
    }
}
