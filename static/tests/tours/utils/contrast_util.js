/** What WCAG 2 asks for at level AA: ordinary text, and text that is large or large enough and bold. */
const ENOUGH = 4.5;
const ENOUGH_IF_LARGE = 3;

function readColor(text) {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return { channels: [red, green, blue], alpha };
}

function blend({ channels, alpha }, below) {
    return channels.map((channel, index) => channel * alpha + below[index] * (1 - alpha));
}

/** The colour behind an element, of all that shines through. */
function backgroundOf(element) {
    if (!element) {
        return [255, 255, 255];
    }
    const color = readColor(getComputedStyle(element).backgroundColor);
    return color.alpha === 1 ? color.channels : blend(color, backgroundOf(element.parentElement));
}

function luminance(channels) {
    const [red, green, blue] = channels.map((channel) => {
        const part = channel / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrastOf(element) {
    const background = backgroundOf(element);
    const text = blend(readColor(getComputedStyle(element).color), background);
    const [darker, lighter] = [luminance(text), luminance(background)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
}

function isLarge(element) {
    const { fontSize, fontWeight } = getComputedStyle(element);
    const size = parseFloat(fontSize);
    return size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
}

function isRead(element) {
    return (
        [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()
        ) &&
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
        !element.closest(":disabled, [aria-hidden='true'], .visually-hidden")
    );
}

/** Every text in an element stands out from what is behind it. */
export function isReadable(trigger) {
    return {
        content: `the texts of ${trigger} stand out`,
        trigger,
        run() {
            const faint = [...this.anchor.querySelectorAll("*")]
                .filter(isRead)
                .map((element) => ({ element, contrast: contrastOf(element) }))
                .filter(
                    ({ element, contrast }) =>
                        contrast < (isLarge(element) ? ENOUGH_IF_LARGE : ENOUGH)
                )
                .map(
                    ({ element, contrast }) =>
                        `${contrast.toFixed(2)} ${
                            element.className
                        } "${element.textContent.trim()}"`
                );
            if (faint.length) {
                throw new Error(`too faint:\n${faint.join("\n")}`);
            }
        },
    };
}
