import { Component, useRef, useState } from "@odoo/owl";
import { TextInputPopup } from "@point_of_sale/app/components/popups/text_input_popup/text_input_popup";
import { useAsyncLockedMethod } from "@point_of_sale/app/hooks/hooks";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { InvoicePager } from "@pos_receivable/payment/components/invoice_pager/invoice_pager";
import { LoadFailure } from "@pos_receivable/payment/components/load_failure/load_failure";
import { useLoaded } from "@pos_receivable/payment/hooks/loaded";
import { useReceivables, useReceivableScreens } from "@pos_receivable/app/hooks/receivables_hook";
import { formatDay } from "@pos_receivable/payment/utils/invoice_status";
import { isAnswerLost, refusalSentence } from "@pos_receivable/app/utils/server_answer";
import { StatementReceipt } from "@pos_receivable_customer/statement/components/statement_receipt/statement_receipt";
import {
    agesOf,
    formatAmount,
    kindLabel,
    remarksOf,
    withLines,
} from "@pos_receivable_customer/statement/utils/statement";

const { DateTime } = luxon;

const PAGE_SIZE = 40;
/** What fits on a receipt before its totals. */
const PRINTED_LINES = 40;

/** A customer's statement of account: what is open, or what happened; printed, or sent. */
export class StatementPopup extends Component {
    static template = "pos_receivable_customer.StatementPopup";
    static components = { Dialog, InvoicePager, LoadFailure };
    static props = {
        partner: Object,
        getPayload: { type: Function, optional: true },
        close: Function,
    };

    setup() {
        this.pos = usePos();
        this.receivables = useReceivables();
        this.screens = useReceivableScreens();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.bodyRef = useRef("body");
        this.formatAmount = formatAmount;
        this.formatDay = formatDay;
        this.kindLabel = kindLabel;
        this.agesOf = agesOf;
        this.state = useState({
            /** @type {"open"|"activity"} */
            kind: "open",
            offset: 0,
            dateFrom: "",
            dateTo: "",
        });
        this.list = useLoaded(() => this.ask(this.state.offset, PAGE_SIZE), {
            offlineMessage: () =>
                _t("You are offline. The statement is shown as soon as the connection is back."),
            onLoaded: () => this.bodyRef.el?.closest(".modal-body")?.scrollTo({ top: 0 }),
        });
        // A double click would print or send twice.
        this.print = useAsyncLockedMethod(this.print);
        this.email = useAsyncLockedMethod(this.email);
        useHotkey("escape", () => this.props.close());
    }

    // -- What is asked for ---------------------------------------------------------------------------

    /** Which statement this is, as the server is asked for it. */
    get question() {
        const { kind, dateFrom, dateTo } = this.state;
        return {
            kind,
            date_from: kind === "activity" ? dateFrom || false : false,
            date_to: dateTo || false,
        };
    }

    ask(offset, limit) {
        return this.receivables.loadStatement(this.props.partner.id, {
            ...this.question,
            offset,
            limit,
        });
    }

    show(kind) {
        if (kind !== this.state.kind) {
            Object.assign(this.state, { kind, offset: 0 });
            return this.list.load();
        }
    }

    setDate(name, value) {
        Object.assign(this.state, { [name]: value, offset: 0 });
        return this.list.load();
    }

    turnPage(pages) {
        this.state.offset = Math.max(0, this.state.offset + pages * PAGE_SIZE);
        return this.list.load();
    }

    // -- What is shown -------------------------------------------------------------------------------

    get today() {
        return DateTime.now().toISODate();
    }

    /** The last answer: it stays on the screen while another is on its way. */
    get told() {
        return this.list.data;
    }

    get isOpenKind() {
        return this.told.kind === "open";
    }

    get sections() {
        return withLines(this.told);
    }

    get customerName() {
        return this.told?.partner.commercial_partner_name || this.props.partner.name;
    }

    get hasPages() {
        return this.told?.line_count > PAGE_SIZE;
    }

    get period() {
        const { kind, date_from, date_to } = this.told;
        return kind === "open"
            ? _t("as of %s", formatDay(date_to))
            : _t("%(first)s to %(last)s", {
                  first: formatDay(date_from),
                  last: formatDay(date_to),
              });
    }

    get nothing() {
        return this.isOpenKind
            ? _t("%s has nothing open.", this.customerName)
            : _t("Nothing was booked for %s in these days.", this.customerName);
    }

    remarks(section) {
        return remarksOf(section, this.told.kind);
    }

    details(line) {
        return [
            kindLabel(line),
            formatDay(line.date),
            line.due_date !== line.date && _t("due %s", formatDay(line.due_date)),
            line.ref,
            line.buyer_name,
        ].filter(Boolean);
    }

    lateLabel({ days_overdue }) {
        return days_overdue === 1 ? _t("1 day late") : _t("%s days late", days_overdue);
    }

    // -- On paper and by e-mail ----------------------------------------------------------------------

    /** Through the POS printer: the first open items, or the last of what happened, and the totals. */
    async print() {
        const { kind, line_count } = this.told;
        const offset = kind === "activity" ? Math.max(0, line_count - PRINTED_LINES) : 0;
        try {
            const statement = await this.ask(offset, PRINTED_LINES);
            await this.pos.printer.print(
                StatementReceipt,
                { statement, offset },
                { webPrintFallback: true }
            );
        } catch (error) {
            this.say(error, _t("You are offline: the statement was not printed."));
        }
    }

    async email() {
        const { models } = this.pos;
        const partner = models["res.partner"].get(this.told.partner.commercial_partner_id);
        const typed = await makeAwaitable(this.dialog, TextInputPopup, {
            title: _t("E-mail the statement to"),
            placeholder: _t("name@example.com"),
            startingValue: this.props.partner.email || partner?.email || "",
        });
        const email = typed?.trim();
        if (!email) {
            return;
        }
        try {
            await this.receivables.emailStatement(this.props.partner.id, {
                ...this.question,
                email,
            });
            this.notification.add(_t("The statement is on its way to %s.", email), {
                type: "success",
            });
        } catch (error) {
            this.say(
                error,
                _t("The connection was lost: it is not known whether the statement was sent.")
            );
        }
    }

    say(error, offlineMessage) {
        const sentence = isAnswerLost(error) ? offlineMessage : refusalSentence(error);
        this.notification.add(sentence, { type: "danger" });
    }
}

registry.category("lazy_components").add("StatementPopup", StatementPopup);
