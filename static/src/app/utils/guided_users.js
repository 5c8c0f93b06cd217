import { browser } from "@web/core/browser/browser";

const key = (userId) => `pos_receivable.guided.${userId}`;

/** Whether this user needs no guide on this device: was offered one, or has taken a payment. */
export function isGuided(userId) {
    return Boolean(browser.localStorage.getItem(key(userId)));
}

export function markGuided(userId) {
    browser.localStorage.setItem(key(userId), "1");
}
