import { EventBus, reactive } from "@odoo/owl";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { uuidv4 } from "@point_of_sale/utils";
import { isAnswerLost, refusalSentence } from "@pos_receivable/app/utils/server_answer";
import {
    describeKnown,
    leftOffline,
    ordersOnTheWay,
} from "@pos_receivable_credit/app/utils/offline_account";

/** Long enough that who is answered at once sees no veil: milliseconds. */
const PATIENCE = 500;

/**
 * What customers may still buy on account: asked before it is sold, reserved before an order is
 * validated. The server decides; the popup with the choices is fetched when it is first needed.
 */
export class CustomerAccounts {
    constructor(pos, receivables, screens, ui) {
        Object.assign(this, { pos, receivables, screens, ui });
        /** What was asked for an order, by its uuid. */
        this.attempts = new Map();
        /** The last figures, by customer: in their list, and when the connection is gone. */
        this.known = reactive({});
        /** Orders about which something is being asked: a second tap is none. */
        this.busy = new Set();
        /** The order that is validated by somebody who waits for it. */
        this.live = null;
        /** `decided`: a manager has answered an attempt. */
        this.bus = new EventBus();
        if (this.isOn) {
            pos.data.connectWebSocket("CUSTOMER_ACCOUNT", (message) => this.hear(message));
        }
    }

    // -- When something is asked -------------------------------------------------------------------

    /** Where the shop only observes, nothing on the screen changes. */
    get isOn() {
        return ["warn", "block"].includes(this.pos.config.customer_account_check);
    }

    isCustomerAccount(method) {
        return method.type === "pay_later";
    }

    isAsked(order, method) {
        return (
            this.isOn &&
            this.isCustomerAccount(method) &&
            this.pos.currency.isPositive(order.getDefaultAmountDueToPayIn(method))
        );
    }

    /** What an order puts on its customer's account. */
    owed(order) {
        const amounts = order.payment_ids
            .filter(({ payment_method_id }) => this.isCustomerAccount(payment_method_id))
            .map((line) => line.getAmount());
        return this.pos.currency.round(amounts.reduce((sum, amount) => sum + amount, 0));
    }

    /** What of an order is paid at once, another way, less the change: a deposit, while the rest of it
     *  goes on account. */
    paid(order) {
        return this.pos.currency.round(
            Math.max(0, order.amountPaid + order.change - this.owed(order))
        );
    }

    /** One question at a time for an order; `otherwise` while one is open. */
    async exclusively(order, otherwise, ask) {
        if (this.busy.has(order.uuid)) {
            return otherwise;
        }
        this.busy.add(order.uuid);
        try {
            return await ask();
        } finally {
            this.busy.delete(order.uuid);
        }
    }

    // -- Before a payment is added -------------------------------------------------------------------

    /** @returns {Promise<number>} what is to be put on the customer's account, 0 for nothing */
    askAmount(order, method) {
        return this.exclusively(order, 0, async () => {
            const partner = order.getPartner() || (await this.pos.selectPartner(order));
            if (!partner) {
                return 0;
            }
            const due = order.getDefaultAmountDueToPayIn(method);
            const owed = this.owed(order);
            const amount = this.pos.currency.round(owed + due);
            if (this.find(order, amount)?.state === "authorized") {
                return due;
            }
            const account = await this.load(order, partner, amount);
            const isSame =
                order.getPartner() === partner &&
                !order.finalized &&
                order.getDefaultAmountDueToPayIn(method) === due;
            if (!account || !isSame) {
                return 0;
            }
            if (account.isOffline) {
                return this.decideOffline(order, amount) ? due : 0;
            }
            if (!["deposit", "hold"].includes(account.recommendation)) {
                this.sayAvailable(account, amount);
                return due;
            }
            this.attempt(order, amount).seen = amount;
            const outcome = await this.show({ order, partner, account, amount, owed });
            if (!outcome?.amount) {
                return 0;
            }
            // What was chosen is not asked again, a deposit on the rest for example.
            this.attempt(order, this.pos.currency.round(owed + outcome.amount)).isSeen = true;
            return outcome.amount;
        });
    }

    /** @returns {Promise<Object|null>} the account, `isOffline` without an answer, null when refused */
    async load(order, partner, amount) {
        return this.waitFor(async () => {
            const account = await this.receivables.askSession("get_customer_account", [
                partner.id,
                amount,
                order.uuid,
                this.paid(order),
            ]);
            this.remember(partner, account);
            return account;
        });
    }

    /** Have something asked behind a veil: nothing else changes meanwhile. */
    async waitFor(ask) {
        if (this.receivables.isOffline) {
            return { isOffline: true };
        }
        this.ui.block({ delay: PATIENCE });
        try {
            return await ask();
        } catch (error) {
            if (isAnswerLost(error)) {
                return { isOffline: true };
            }
            this.alert(refusalSentence(error));
            return null;
        } finally {
            this.ui.unblock();
        }
    }

    show(props) {
        return this.screens.show("CustomerAccountPopup", props);
    }

    // -- Before an order is validated ----------------------------------------------------------------

    /** @returns {Promise<boolean>} whether what is put on account may be sold */
    async authorize(order) {
        const partner = order.getPartner();
        const owed = this.owed(order);
        if (!this.isOn || !partner || !order.isPaid() || !this.pos.currency.isPositive(owed)) {
            return true;
        }
        return this.exclusively(order, false, () => this.askAuthorization(order, partner, owed));
    }

    async askAuthorization(order, partner, owed) {
        const answer = await this.waitFor(() => this.send(order, owed));
        if (!answer) {
            return false;
        }
        if (answer.isOffline) {
            return this.decideOffline(order, owed);
        }
        const attempt = this.find(order, owed);
        const isGranted = !["refused", "requested"].includes(answer.state);
        const isFine = !answer.recommendation || answer.recommendation === "approve";
        const isSeen = !this.pos.currency.isPositive(this.pos.currency.round(owed - attempt.seen));
        if (isGranted && (isFine || answer.override || isSeen)) {
            return true;
        }
        attempt.seen = owed;
        const outcome = await this.show({
            order,
            partner,
            account: answer,
            amount: owed,
            owed: 0,
            isPaying: true,
        });
        if (!outcome) {
            return false;
        }
        if (this.pos.currency.isZero(outcome.amount - owed)) {
            return true;
        }
        this.reduce(order, outcome.amount);
        this.attempt(order, outcome.amount).isSeen = true;
        return false;
    }

    /** Leave only so much on account: the rest is to be paid now. */
    reduce(order, amount) {
        let left = amount;
        for (const line of [...order.payment_ids]) {
            if (this.isCustomerAccount(line.payment_method_id)) {
                const kept = Math.min(left, line.getAmount());
                left = this.pos.currency.round(left - kept);
                if (this.pos.currency.isPositive(kept)) {
                    line.setAmount(kept);
                } else {
                    order.removePaymentline(line);
                }
            }
        }
    }

    /** The attempt for this amount and customer, where there is one. */
    find(order, amount) {
        const known = this.attempts.get(order.uuid);
        const isSame =
            known?.partnerId === order.getPartner()?.id &&
            this.pos.currency.isZero(known.amount - amount);
        return known && isSame ? known : undefined;
    }

    /** One uuid for an order, its customer and amount: what was answered before is answered again. */
    attempt(order, amount) {
        const known = this.find(order, amount);
        if (known) {
            return known;
        }
        const previous = this.attempts.get(order.uuid);
        const partnerId = order.getPartner().id;
        this.withdraw(previous);
        // Up to which amount the cashier was shown the account: less needs no second look.
        const seen = (previous?.partnerId === partnerId && previous.seen) || 0;
        const attempt = { uuid: uuidv4(), partnerId, amount, seen };
        this.attempts.set(order.uuid, attempt);
        return attempt;
    }

    /** @returns {Promise<Object>} what `pos.session.authorize_customer_account` answers */
    async send(order, amount, override = null) {
        const attempt = this.attempt(order, amount);
        order.customer_account_uuid = attempt.uuid;
        const ask = () =>
            this.receivables.askSession("authorize_customer_account", [
                attempt.uuid,
                order.uuid,
                attempt.partnerId,
                amount,
                override,
                this.paid(order),
            ]);
        let answer;
        try {
            answer = await ask();
        } catch (error) {
            if (!isAnswerLost(error)) {
                throw error;
            }
            // It may have arrived: the same uuid reserves once.
            answer = await ask();
        }
        attempt.state = answer.state;
        this.remember(order.getPartner(), answer);
        if (answer.state === "released") {
            // Given back meanwhile: asked anew.
            this.attempts.delete(order.uuid);
            return this.send(order, amount, override);
        }
        return answer;
    }

    /** Ask managers; what it says may be granted already. */
    async request(order, amount, note) {
        const answer = await this.send(order, amount);
        if (answer.state !== "refused") {
            return answer;
        }
        const attempt = this.attempt(order, amount);
        const asked = await this.receivables.askSession("request_customer_account_approval", [
            attempt.uuid,
            note,
        ]);
        attempt.state = asked.state;
        return asked;
    }

    /** A manager has decided, on another screen. */
    hear({ uuid, state }) {
        const attempt = [...this.attempts.values()].find((candidate) => candidate.uuid === uuid);
        if (!attempt || attempt.state === state) {
            return;
        }
        attempt.state = state;
        this.bus.trigger("decided", { uuid, state });
        if (!attempt.isAwaited) {
            this.pos.notification.add(
                state === "authorized"
                    ? _t("A manager lets %s be sold on account.", this.format(attempt.amount))
                    : _t(
                          "A manager does not let %s be sold on account.",
                          this.format(attempt.amount)
                      ),
                { type: state === "authorized" ? "success" : "warning" }
            );
        }
    }

    // -- What is not needed any more -----------------------------------------------------------------

    /** Give back what an order does not put on its customer's account any more. */
    tidy(order, { isGone = false } = {}) {
        const attempt = this.attempts.get(order?.uuid) || this.recall(order);
        if (!attempt || order.finalized) {
            return;
        }
        const isSame = attempt.partnerId === order.getPartner()?.id;
        if (isGone || !isSame || !this.pos.currency.isPositive(this.owed(order))) {
            this.attempts.delete(order.uuid);
            order.customer_account_uuid = false;
            this.withdraw(attempt);
        }
    }

    /** What was asked for an order before the page was loaded again. */
    recall(order) {
        const uuid = order?.customer_account_uuid;
        return uuid && { uuid, partnerId: order.getPartner()?.id, state: "authorized" };
    }

    /** Not waited for: what does not arrive is over after half an hour. What was never sent is not. */
    withdraw(attempt) {
        if (["requested", "authorized"].includes(attempt?.state)) {
            const { data, session } = this.pos;
            data.silentCall(
                "pos.session",
                "release_customer_account",
                [[session.id], attempt.uuid],
                {
                    context: this.receivables.getSessionContext(),
                }
            );
        }
    }

    remember(partner, account) {
        if (account.checked_at) {
            this.known[partner.id] = account;
        }
    }

    /** Whether so much may go on account while nobody can be asked, and say so. */
    decideOffline(order, amount) {
        const { customer_account_offline, customer_account_offline_ceiling } = this.pos.config;
        const partner = order.getPartner();
        const known = describeKnown(this.known[partner.id], (sum) => this.format(sum));
        const waiting = ordersOnTheWay(this.pos.models["pos.order"], order);
        const left = leftOffline(
            customer_account_offline,
            customer_account_offline_ceiling -
                waiting.reduce((sum, other) => sum + Math.max(0, this.owed(other)), 0)
        );
        if (!this.pos.currency.isPositive(this.pos.currency.round(amount - left))) {
            this.pos.notification.add(
                [_t("You are offline: sold on account without asking."), known].join(" ").trim(),
                { type: "warning" }
            );
            return true;
        }
        this.alert(
            left
                ? _t(
                      "You are offline: only %s can be sold on account to this customer.",
                      this.format(left)
                  )
                : _t(
                      "You are offline: nothing can be sold on account until the connection is back."
                  ),
            known
        );
        return false;
    }

    // -- In words ----------------------------------------------------------------------------------

    format(amount) {
        return this.pos.env.utils.formatCurrency(amount);
    }

    sayAvailable({ available }, amount) {
        if (available !== false && available !== undefined) {
            this.pos.notification.add(
                _t("%s stay available on account.", this.format(available - amount)),
                { type: "info" }
            );
        }
    }

    alert(...sentences) {
        this.pos.dialog.add(AlertDialog, {
            title: _t("Customer account"),
            body: sentences.filter(Boolean).join(" "),
        });
    }
}

registry.category("services").add("pos_receivable_credit", {
    dependencies: ["pos", "pos_receivable", "pos_receivable_screens", "ui"],
    start: (env, { pos, pos_receivable, pos_receivable_screens, ui }) =>
        new CustomerAccounts(pos, pos_receivable, pos_receivable_screens, ui),
});
