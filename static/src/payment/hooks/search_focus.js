import { onMounted, onPatched, useEnv, useExternalListener, useRef } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";
import { useService } from "@web/core/utils/hooks";

/**
 * Typing anywhere in a popup goes to its search box. It needs `t-ref="search"` on the box, and
 * `t-ref="body"` on what has the focus where a focused box would bring up the keyboard over the list.
 *
 * @returns {() => void} to have the focus there again
 */
export function useSearchFocus() {
    const ui = useService("ui");
    const { dialogData } = useEnv();
    const searchRef = useRef("search");
    const bodyRef = useRef("body");
    const focus = () => {
        const target = ui.isSmall || hasTouch() ? bodyRef : searchRef;
        target.el?.focus({ preventScroll: true });
    };
    useExternalListener(window, "keydown", (ev) => {
        const isTyping = ev.key.length === 1 && ev.key !== " ";
        const isCommand = ev.ctrlKey || ev.metaKey || ev.altKey;
        if (!isTyping || isCommand || !dialogData.isActive || ev.target === searchRef.el) {
            return;
        }
        searchRef.el.focus();
        if (ev.key === "/") {
            ev.preventDefault();
        }
    });
    onMounted(focus);
    onPatched(() => {
        // A row that had the focus may be gone.
        if (document.activeElement === document.body && dialogData.isActive) {
            focus();
        }
    });
    return focus;
}
