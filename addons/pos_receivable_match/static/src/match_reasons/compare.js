/**
 * Which characters of two short texts differ. Case and signs between the parts of a number do not.
 *
 * @param {string} written what the payer wrote
 * @param {string} meant what was probably meant
 * @returns {{written: {text: string, differs: boolean}[], meant: {text: string, differs: boolean}[]}}
 */
export function compare(written, meant) {
    const [left, right] = [[...written], [...meant]];
    const [fromLeft, fromRight] = common(left, right);
    return { written: pieces(left, fromLeft), meant: pieces(right, fromRight) };
}

const isSign = (character) => !/[\p{L}\p{N}]/u.test(character);
const isSame = (one, other) => one.toUpperCase() === other.toUpperCase();

/** Which characters belong to the longest common subsequence. */
function common(left, right) {
    const longest = left.map(() => right.map(() => 0));
    const at = (i, j) => (i < left.length && j < right.length ? longest[i][j] : 0);
    for (let i = left.length - 1; i >= 0; i--) {
        for (let j = right.length - 1; j >= 0; j--) {
            longest[i][j] = isSame(left[i], right[j])
                ? at(i + 1, j + 1) + 1
                : Math.max(at(i + 1, j), at(i, j + 1));
        }
    }
    const [inLeft, inRight] = [left.map(isSign), right.map(isSign)];
    for (let i = 0, j = 0; i < left.length && j < right.length; ) {
        if (isSame(left[i], right[j])) {
            inLeft[i++] = true;
            inRight[j++] = true;
        } else if (at(i + 1, j) >= at(i, j + 1)) {
            i++;
        } else {
            j++;
        }
    }
    return [inLeft, inRight];
}

function pieces(characters, same) {
    const found = [];
    characters.forEach((character, place) => {
        const differs = !same[place];
        if (found.length && found.at(-1).differs === differs) {
            found.at(-1).text += character;
        } else {
            found.push({ text: character, differs });
        }
    });
    return found;
}
