import { AssetsLoadingError, loadBundle } from "@web/core/assets";
import { registry } from "@web/core/registry";

const BUNDLE = "pos_receivable.assets_payment";

/**
 * A component of the bundle that is fetched when somebody collects, not with every till.
 *
 * @returns {Promise<typeof import("@odoo/owl").Component|null>} null while it cannot be fetched
 */
export async function loadPaymentScreen(name) {
    try {
        await loadBundle(BUNDLE);
    } catch (error) {
        if (!(error instanceof AssetsLoadingError)) {
            throw error;
        }
        return null;
    }
    return registry.category("lazy_components").get(name);
}
