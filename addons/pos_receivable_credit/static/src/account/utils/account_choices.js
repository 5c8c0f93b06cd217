/** Reasons that a smaller amount does not make go away. */
const WHATEVER_THE_AMOUNT = ["on_hold", "distrusted", "not_on_account", "overdue"];

/**
 * What a cashier can do about an account that is not simply fine.
 *
 * @param {Object} account what `pos.session.get_customer_account` answers
 * @param {{amount: number, owed: number, currency: Object}} order `amount` is all that is to go on
 *  account, of which `owed` is on it already
 * @returns {{available: number, deposit: number, goOn: boolean, manager: boolean}} `available` and
 *  `deposit` are what is added to the account when the rest is paid now, 0 where that is no choice
 */
export function accountChoices(account, { amount, owed, currency }) {
    const isHeld = account.recommendation === "hold";
    const hasDeposit =
        account.recommendation === "deposit" && currency.isPositive(account.deposit || 0);
    // A deposit that is asked for is paid first, as what is held is not sold.
    const isBlocking = account.mode === "block" && (isHeld || hasDeposit);
    const add = (total) => {
        const added = currency.round(Math.min(total, amount) - owed);
        const isLess = currency.isPositive(currency.round(amount - owed - added));
        return isLess && currency.isPositive(added) ? added : 0;
    };
    const isAboutAmount = !(account.reasons || []).some(({ code }) =>
        WHATEVER_THE_AMOUNT.includes(code)
    );
    const hasLimit = account.available !== false && account.available !== undefined;
    return {
        available: hasLimit && (isAboutAmount || !isBlocking) ? add(account.available) : 0,
        deposit: hasDeposit ? add(currency.round(amount - account.deposit)) : 0,
        goOn: !isBlocking,
        manager: isBlocking,
    };
}
