/**
 * A LIKE pattern taken apart for the kernel: pieces between the %, as units of 16 bits: a byte, or 256 for `_`.
 *
 *     'ab%c_'   2 pieces | 2 units a b | 2 units c 256
 */
const ANY_CODE_POINT = 256;

/** `escapeCharacter`: makes the next one literal, or ''. undefined: the pattern ends in it, and matches nothing. */
export function likePattern(pattern: string, escapeCharacter: string): Uint8Array | undefined {
  const pieces: number[][] = [[]];
  let isEscaped = false;
  for (const character of pattern) {
    const piece = pieces[pieces.length - 1];
    if (isEscaped || (character !== escapeCharacter && character !== '%' && character !== '_')) {
      piece.push(...Buffer.from(character));
      isEscaped = false;
    } else if (character === escapeCharacter) isEscaped = true;
    else if (character === '%') pieces.push([]);
    else piece.push(ANY_CODE_POINT);
  }
  if (isEscaped) return undefined;
  const size = 4 + pieces.reduce((sum, piece) => sum + 4 + 2 * piece.length, 0);
  const view = new DataView(new ArrayBuffer(size));
  view.setUint32(0, pieces.length, true);
  let offset = 4;
  for (const piece of pieces) {
    view.setUint32(offset, piece.length, true);
    offset += 4;
    for (const unit of piece) {
      view.setUint16(offset, unit, true);
      offset += 2;
    }
  }
  return new Uint8Array(view.buffer);
}
