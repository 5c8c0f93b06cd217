import { NumberPopup } from "@point_of_sale/app/components/popups/number_popup/number_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { useService } from "@web/core/utils/hooks";

/**
 * A finger gets the number pad, a mouse and keyboard the box itself.
 *
 * @returns {(ev: PointerEvent, title: string, startingValue: string) => Promise<string|undefined>}
 *  to be called when a box is clicked; undefined when nothing was entered on the pad
 */
export function useNumberPad() {
    const ui = useService("ui");
    const dialog = useService("dialog");
    return async (ev, title, startingValue) => {
        if (!ui.isSmall && ev.pointerType !== "touch") {
            return undefined;
        }
        ev.target.blur();
        const typed = await makeAwaitable(dialog, NumberPopup, { title, startingValue });
        return typed === undefined ? undefined : String(typed);
    };
}
