/**
 * JSON text as RFC 8259 has it, in plain TypeScript: what the kernels over JSON (assembly/json-scan.ts) mean, and what the
 * interpreter takes. A value is its text as written, without blanks around it. Surrogates in escapes come in pairs.
 */

/** Arrays and objects within each other, of what comes in; what is made of values may have more. */
const MAX_DEPTH = 1000;

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
/** Those of surrogates in pairs only. */
const ESCAPE =
  /\\(?:["\\/bfnrt]|u(?:[0-9a-cefA-CEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))/y;

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function skipBlanks(text: string, at: number): number {
  return endOf(BLANKS, text, at);
}

/** Behind the string that begins at `at`; -1 when it is not well formed. */
function endOfString(text: string, at: number): number {
  if (text[at] !== '"') return -1;
  for (let end = at + 1; ; ) {
    end = endOf(PLAIN, text, end);
    if (text[end] === '"') return end + 1;
    end = endOf(ESCAPE, text, end);
    if (end < 0) return -1;
  }
}

/** Behind the value that begins at `at`; -1 when it is not well formed. */
function endOfValue(text: string, at: number, depth = Number.POSITIVE_INFINITY): number {
  switch (text[at]) {
    case '"':
      return endOfString(text, at);
    case '{':
    case '[':
      return depth === 0 ? -1 : endOfItems(text, at, depth - 1);
    case 't':
    case 'f':
    case 'n':
      return endOf(WORD, text, at);
    default:
      return endOf(NUMBER, text, at);
  }
}

function endOfItems(text: string, start: number, depth: number): number {
  const isObject = text[start] === '{';
  const closing = isObject ? '}' : ']';
  let at = skipBlanks(text, start + 1);
  if (text[at] === closing) return at + 1;
  for (;;) {
    if (isObject) {
      at = endOfString(text, at);
      if (at < 0) return -1;
      at = skipBlanks(text, at);
      if (text[at] !== ':') return -1;
      at = skipBlanks(text, at + 1);
    }
    at = endOfValue(text, at, depth);
    if (at < 0) return -1;
    at = skipBlanks(text, at);
    if (text[at] === closing) return at + 1;
    if (text[at] !== ',') return -1;
    at = skipBlanks(text, at + 1);
  }
}

/** The value that a text is; undefined when it is none. */
export function parseJson(text: string): string | undefined {
  const start = skipBlanks(text, 0);
  const end = endOfValue(text, start, MAX_DEPTH);
  return end >= 0 && skipBlanks(text, end) === text.length ? text.slice(start, end) : undefined;
}

/** An item of an array, or of an object with its key as written, in quotes. */
export interface JsonItem {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** The items of an array or object, none of anything else. */
export function* jsonItems(json: string): Generator<JsonItem> {
  const isObject = json[0] === '{';
  if (!isObject && json[0] !== '[') return;
  let at = skipBlanks(json, 1);
  while (json[at] !== '}' && json[at] !== ']') {
    const keyEnd = isObject ? endOfString(json, at) : at;
    const start = isObject ? skipBlanks(json, skipBlanks(json, keyEnd) + 1) : at;
    const end = endOfValue(json, start);
    yield { key: json.slice(at, keyEnd), start, end };
    at = skipBlanks(json, end);
    if (json[at] === ',') at = skipBlanks(json, at + 1);
  }
}

/** A step into a value: the key of an object, or the place of an item, below 0 from the end. */
export type JsonStep = string | number;

/** What a path leads to, as written; of keys that stand twice the first. undefined: nothing. */
export function jsonAt(json: string, path: readonly JsonStep[]): string | undefined {
  let value = json;
  for (const step of path) {
    if (value[0] !== (typeof step === 'string' ? '{' : '[')) return undefined;
    const items = [...jsonItems(value)];
    const item = typeof step === 'string' ? items.find(({ key }) => JSON.parse(key) === step) : items.at(step);
    if (item === undefined) return undefined;
    value = value.slice(item.start, item.end);
  }
  return value;
}

/** The text of a value, a string's without quotes and escapes; null of JSON's null. */
export function jsonToText(json: string): string | null {
  if (json[0] === '"') return JSON.parse(json) as string;
  return json === 'null' ? null : json;
}
