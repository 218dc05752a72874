/** Members of an object in a text that is known to be JSON: what a sample of a file is looked at with. */

interface Member {
  readonly key: string;
  /** Of a string what it means; of everything else what stands there. */
  readonly text: string;
}

const KEY = /[\s,{]*("(?:[^"\\]|\\.)*")\s*:\s*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const PLAIN = /[^,}\]\s]+/y;
const MARK = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;

/** The members of the object that begins at `start`. */
export function membersOf(text: string, start = 0): Member[] {
  const members: Member[] = [];
  for (let at = start; ; ) {
    KEY.lastIndex = at;
    const key = KEY.exec(text);
    if (key === null) return members;
    const from = KEY.lastIndex;
    const first = text[from];
    const end = first === '{' || first === '[' ? nestedEnd(text, from) : scalarEnd(text, from, first === '"');
    const value = text.slice(from, end);
    members.push({ key: unquoted(key[1]), text: first === '"' ? unquoted(value) : value });
    at = end;
  }
}

/** Behind the object or list that begins at `from`; -1 when the text ends before. */
export function nestedEnd(text: string, from: number): number {
  let depth = 0;
  MARK.lastIndex = from;
  for (let mark = MARK.exec(text); mark !== null; mark = MARK.exec(text)) {
    const [found] = mark;
    if (found === '{' || found === '[') depth++;
    else if ((found === '}' || found === ']') && --depth === 0) return MARK.lastIndex;
  }
  return -1;
}

function scalarEnd(text: string, from: number, isString: boolean): number {
  const pattern = isString ? STRING : PLAIN;
  pattern.lastIndex = from;
  pattern.exec(text);
  return pattern.lastIndex;
}

function unquoted(literal: string): string {
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
}
