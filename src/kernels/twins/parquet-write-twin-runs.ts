/** Small numbers as runs of one number, or of groups of eight packed bit by bit. */

export function packedRuns(numbers: readonly number[], width: number): Uint8Array {
  const out: number[] = [];
  const least = width === 0 ? 1 : Math.max(8, Math.floor(64 / width));
  let waiting: number[] = [];
  const pack = (): void => {
    if (waiting.length === 0) return;
    const groups = Math.ceil(waiting.length / 8);
    putVarint(out, groups * 2 + 1);
    let bits = 0n;
    waiting.forEach((number, i) => {
      bits |= BigInt(number) << BigInt(i * width);
    });
    for (let byte = 0; byte < groups * width; byte++) out.push(Number((bits >> BigInt(8 * byte)) & 0xffn));
    waiting = [];
  };
  for (let i = 0; i < numbers.length; ) {
    let end = i;
    while (end < numbers.length && numbers[end] === numbers[i]) end++;
    if (end - i >= least) {
      pack();
      putVarint(out, (end - i) * 2);
      for (let bits = 0; bits < width; bits += 8) out.push((numbers[i] >> bits) & 0xff);
      i = end;
    } else {
      waiting.push(...numbers.slice(i, i + 8));
      i += 8;
    }
  }
  pack();
  return Uint8Array.from(out);
}

function putVarint(out: number[], value: number): void {
  for (; value >= 128; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  out.push(value);
}
