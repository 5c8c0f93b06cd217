import { Component, onMounted, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatPercentage } from "@web/views/fields/formatters";

import { CallDialog } from "@pos_receivable_followup/case_dialogs/call_dialog";
import { DisputeDialog } from "@pos_receivable_followup/case_dialogs/dispute_dialog";
import { PromiseDialog } from "@pos_receivable_followup/case_dialogs/promise_dialog";
import { SettleDialog } from "@pos_receivable_followup/case_dialogs/settle_dialog";
import { SnoozeDialog } from "@pos_receivable_followup/case_dialogs/snooze_dialog";
import { CASE, CaseDesk } from "@pos_receivable_followup/case_sheet/case_desk";
import { formatDay, formatMoment, formatMoney } from "@pos_receivable_followup/case_sheet/formats";

/** Instalments that are shown at once; the others wait behind a button. */
const SHOWN = 30;

const SAID = {
    by: (day) => _t("by %s", day),
    came: (amount) => _t("%s came", amount),
    disputed: (amount) => _t("%s disputed", amount),
    due: (day) => _t("due %s", day),
    late: (days) => _t("%s days late", days),
    more: (count) => _t("Show %s more", count),
    since: (day) => _t("since %s", day),
    ticked: (count) => _t("Ticked (%s)", count),
    unpaid: (chance) => _t("%s unpaid in 30 days", chance),
};
const SILENCES = { blocked: _t("Blocked"), excluded: _t("Excluded") };
const PROMISE_STATES = {
    open: [_t("Waiting"), "text-bg-info"],
    kept: [_t("Kept"), "text-bg-success"],
    broken: [_t("Broken"), "text-bg-danger"],
    cancelled: [_t("Cancelled"), "text-bg-secondary"],
};
const DISPUTE_STATES = {
    open: [_t("Open"), "text-bg-warning"],
    resolved: [_t("Resolved"), "text-bg-success"],
    rejected: [_t("Rejected"), "text-bg-secondary"],
};
const CONTACTS = {
    call: [_t("Call"), "fa-phone"],
    promise: [_t("Promise"), "fa-handshake-o"],
    dispute: [_t("Dispute"), "fa-balance-scale"],
    reminder: [_t("Reminder"), "fa-bell-o"],
    snooze: [_t("Left alone"), "fa-clock-o"],
    reply: [_t("Their reply"), "fa-reply"],
    email: [_t("Message"), "fa-envelope-o"],
};

/** Everything about one customer who is late, and what can be done about it, by keys alone too. */
export class CaseSheet extends Component {
    static template = "pos_receivable_followup.CaseSheet";
    static components = { Dropdown, DropdownItem };
    static props = { record: Object, readonly: { type: Boolean, optional: true } };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.desk = useState(new CaseDesk(useService("orm")));
        this.state = useState({ isWhole: false });
        this.rootRef = useRef("root");
        Object.assign(this, { formatDay, formatMoment, SILENCES, say: SAID });
        // Not before: a form may throw away what it has not mounted yet, and begin again.
        onMounted(() => this.load(this.props.record.resId));
        onWillUpdateProps(({ record }) => {
            if (record.resId !== this.desk.id) {
                this.load(record.resId);
            }
        });
        // The keyboard starts where the eye does.
        useEffect(
            (isShown) =>
                isShown &&
                !hasTouch() &&
                this.rootRef.el.querySelector(".o_case_item input")?.focus(),
            () => [Boolean(this.desk.sheet), this.desk.id]
        );
    }

    // -- Reading -------------------------------------------------------------------------------------

    load(id) {
        this.state.isWhole = false;
        this.desk.load(id);
    }

    get sheet() {
        return this.desk.sheet;
    }

    format(amount, currencyId = this.sheet.currency_id) {
        return formatMoney(amount, currencyId);
    }

    percent(share) {
        return formatPercentage(share, { digits: [false, 0] });
    }

    get figures() {
        const { figures } = this.sheet;
        const since = SAID.since(formatDay(figures.oldest_due));
        const chance = SAID.unpaid(this.percent(figures.unpaid_chance));
        return [
            { key: "overdue", label: _t("Overdue"), note: figures.oldest_due ? since : "" },
            { key: "expected", label: _t("At stake"), note: figures.expected ? chance : "" },
            { key: "promised", label: _t("Promised") },
            { key: "disputed", label: _t("Disputed") },
            { key: "credits", label: _t("Credits not used") },
            { key: "silent", label: _t("Not followed up") },
        ]
            .filter(({ key }) => figures[key] || ["overdue", "expected"].includes(key))
            .map((figure) => ({ ...figure, text: this.format(figures[figure.key]) }));
    }

    get items() {
        return this.state.isWhole ? this.sheet.items : this.sheet.items.slice(0, SHOWN);
    }

    get hiddenCount() {
        return this.sheet.items.length - this.items.length;
    }

    promiseState = (promise) => PROMISE_STATES[promise.state];
    disputeState = (dispute) => DISPUTE_STATES[dispute.state];
    contactKind = (contact) => CONTACTS[contact.kind];

    get keeps() {
        const rate = this.sheet.keep_rate;
        return typeof rate === "number" ? _t("Promises are kept at %s.", this.percent(rate)) : "";
    }

    // -- Acting --------------------------------------------------------------------------------------

    /** What can be done, in the order of its buttons. */
    get deeds() {
        return [
            { key: "l", name: "call", label: _t("Log call"), icon: "fa-phone" },
            { key: "o", name: "promise", label: _t("Promise"), icon: "fa-handshake-o" },
            { key: "d", name: "dispute", label: _t("Dispute"), icon: "fa-balance-scale" },
            { key: "r", name: "remind", label: _t("Remind"), icon: "fa-bell-o" },
            { key: "w", name: "snooze", label: _t("Snooze"), icon: "fa-clock-o" },
        ].filter(({ name }) => name !== "remind" || this.sheet.can_remind);
    }

    begin(name) {
        const dialogs = {
            call: CallDialog,
            promise: PromiseDialog,
            dispute: DisputeDialog,
            snooze: SnoozeDialog,
        };
        return name === "remind" ? this.run("remind") : this.open(dialogs[name]);
    }

    open(dialog, props = {}) {
        if (!this.desk.canAct) {
            return;
        }
        this.dialog.add(
            dialog,
            { desk: this.desk, goOn: () => this.goOn(), ...props },
            { onClose: () => this.reloadChatter() }
        );
    }

    settle(dispute) {
        this.open(SettleDialog, { dispute });
    }

    /** Do what needs no dialog. */
    async run(method, values) {
        this.tell(await this.desk.act(method, values));
    }

    cancelPromise(promise) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Cancel this promise?"),
            body: _t("It counts neither as kept nor as broken."),
            confirmLabel: _t("Cancel the promise"),
            cancelLabel: _t("Keep it"),
            confirm: async () =>
                this.tell(
                    await this.desk.actOn("pos_receivable.promise", promise.id, "action_cancel")
                ),
            cancel: () => {},
        });
    }

    tell({ isDone, message }) {
        if (message) {
            this.notification.add(message, {
                type: "danger",
                sticky: true,
                buttons: [{ name: _t("Reload"), onClick: () => this.desk.load() }],
            });
        }
        if (isDone) {
            this.reloadChatter();
        }
    }

    reloadChatter() {
        this.env.bus.trigger("MAIL:RELOAD-THREAD", { model: CASE, id: this.desk.id });
    }

    /** Show the next customer to ask, or the list when nobody is left. */
    async goOn() {
        if (this.isGoingOn) {
            return;
        }
        this.isGoingOn = true;
        try {
            await this._goOn();
        } finally {
            this.isGoingOn = false;
        }
    }

    async _goOn() {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const { isDone, message, answer } = await this.desk.look("next_case");
        if (!isDone) {
            return this.tell({ isDone, message });
        }
        if (!answer) {
            this.notification.add(_t("Nobody is left to be asked today."), { type: "success" });
            return this.action.doAction("pos_receivable_followup.case_action", {
                clearBreadcrumbs: true,
            });
        }
        const { resIds } = record.model.root;
        await record.model.load({
            resId: answer,
            resIds: resIds.includes(answer) ? resIds : [...resIds, answer],
        });
        this.rootRef.el?.closest(".o_content")?.scrollTo({ top: 0 });
    }

    openRecord(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    // -- Keys ----------------------------------------------------------------------------------------

    onKeydown(ev) {
        if (ev.repeat && ["Enter", " "].includes(ev.key)) {
            // A key that is held would open again what it has just closed.
            ev.preventDefault();
        } else if (
            ["ArrowDown", "ArrowUp"].includes(ev.key) &&
            ev.target.matches("[type=checkbox]")
        ) {
            const boxes = [...this.rootRef.el.querySelectorAll(".o_case_item input")];
            boxes[boxes.indexOf(ev.target) + (ev.key === "ArrowDown" ? 1 : -1)]?.focus();
            ev.preventDefault();
        }
    }
}

registry.category("view_widgets").add("receivable_case_sheet", { component: CaseSheet });
