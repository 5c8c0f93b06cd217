import { useEffect, useEnv, useExternalListener, useState } from "@odoo/owl";
import { useDebounced } from "@web/core/utils/timing";

/** Nobody reads a screen in less: milliseconds between what is shown and a press that counts. */
export const DEAD_TIME = 300;

function swallow(ev) {
    ev.preventDefault();
    ev.stopImmediatePropagation();
}

/** Swallows presses that come before the screen has stood still for long enough to be read. */
function useEarlyPresses(getPhase, dialog) {
    let isSettling = true;
    const settle = useDebounced(() => {
        isSettling = false;
    }, DEAD_TIME);
    const wait = () => {
        isSettling = true;
        settle();
    };
    useEffect(wait, () => [getPhase(), dialog.isActive]);
    return (ev) => {
        if (isSettling && dialog.isActive) {
            swallow(ev);
            wait();
        }
    };
}

/**
 * In a dialog that moves money, let only that be pressed which was meant: not an Enter that is held
 * down, nor a button or an Enter so soon after the screen changed that it was meant for the screen
 * before. Such a press starts the wait anew: hammering has to stop before anything happens.
 *
 * @param {() => any} getPhase what the dialog shows; it also counts as changed when the dialog opens
 *  and when one above it closes
 */
export function useMeantPress(getPhase) {
    const dialog = useState(useEnv().dialogData);
    const swallowEarly = useEarlyPresses(getPhase, dialog);
    const onKeydown = (ev) => {
        if (ev.key !== "Enter") {
            return;
        }
        if (ev.repeat) {
            // Also where a dialog of the core lies above.
            swallow(ev);
        } else {
            swallowEarly(ev);
        }
    };
    const onClick = (ev) => {
        if (ev.target.closest?.(".modal button")) {
            swallowEarly(ev);
        }
    };
    useExternalListener(window, "keydown", onKeydown, { capture: true });
    useExternalListener(window, "click", onClick, { capture: true });
}
