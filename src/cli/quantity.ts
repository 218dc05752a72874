/** Sizes and times as people write them on a command line: `256MiB`, `1.5GB`, `500ms`, `2m`. */

const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Whole bytes, or undefined when `text` is no size. A bare number is bytes; a bare letter is refused: is `1G` 10^9 or 2^30? */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text, BYTES, 1);
}

/** Whole milliseconds, or undefined when `text` is no duration. Only 0 needs no unit. */
export function parseDuration(text: string): number | undefined {
  return parseQuantity(text, MILLISECONDS, undefined);
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>, bare?: number): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  if (!match) return undefined;
  const count = Number(match[1]);
  const unit = match[2] === '' ? (count === 0 ? 1 : bare) : units[match[2].toLowerCase()];
  if (unit === undefined) return undefined;
  const value = Math.round(count * unit);
  return Number.isSafeInteger(value) ? value : undefined;
}
