/** Bytes as text, which DuckDB's BLOB has the form of: printable ASCII stands for itself, \xAB for any byte. */

/** What is written as \xAB: what is no printable ASCII, quotes, and the backslash. */
const ESCAPED = /[^ !#-&(-[\]-~]/g;
const WRITTEN = /^(?:[\x00-[\]-\x7f]|\\x[0-9A-Fa-f]{2})*$/;

/** Bytes as a value are a string of one character each. */
export function formatBytes(bytes: string): string {
  return bytes.replace(ESCAPED, (byte) => `\\x${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** undefined: a character beyond ASCII, or a backslash that begins no \xAB. */
export function parseBytes(text: string): string | undefined {
  if (!WRITTEN.test(text)) return undefined;
  return text.replace(/\\x(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
