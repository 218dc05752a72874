/** Rows of JSON to where their wanted values lie: a recursive parser, byte by byte. */
import type { Heap } from '../../memory/heap.js';
import { CR, LF } from '../csv-kernels.js';
import {
  type JsonlKernels,
  MOST_BRACKETS,
  NO_CHARACTER,
  NO_COLON,
  NO_DIGIT,
  NO_ELEMENT_END,
  NO_ESCAPE,
  NO_KEY,
  NO_MEMBER_END,
  NO_OBJECT,
  NO_PAIR,
  NO_ROW_END,
  NO_VALUE,
  OBJECTS_FAULT,
  OBJECTS_FAULT_AT,
  OBJECTS_FLAGS,
  OBJECTS_NEXT,
  OBJECTS_ROWS,
  ROWS_ARE_A_LIST,
  ROWS_ARE_LINES,
  SAW_ESCAPE,
  SAW_LIST_END,
  SAW_NON_ASCII,
  SECOND_VALUE,
  TOO_DEEP,
} from '../jsonl-kernels.js';

/** What is wrong, and the address of the first byte that cannot stand there. */
class Fault {
  readonly code: number;
  readonly at: number;

  constructor(code: number, at: number) {
    this.code = code;
    this.at = at;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const isDigit = (character: string): boolean => /^[0-9]$/.test(character);

class Parser {
  at: number;
  flags = 0;
  readonly #u8: Uint8Array;
  readonly #linesEndRows: boolean;

  constructor(u8: Uint8Array, at: number, linesEndRows: boolean) {
    this.#u8 = u8;
    this.at = at;
    this.#linesEndRows = linesEndRows;
  }

  /** The byte at hand as a character. */
  peek(): string {
    return String.fromCharCode(this.#u8[this.at]);
  }

  skipWhite(): void {
    while (this.peek() === ' ' || this.peek() === '\t' || this.#isLineEnd()) this.at++;
  }

  expect(characters: string, code: number): void {
    if (!characters.includes(this.peek())) throw new Fault(code, this.at);
    this.at++;
  }

  /** Members of the object at hand; `member` is told of each behind its value. */
  object(depth: number, member: (name: string, start: number) => void): void {
    this.expect('{', NO_OBJECT);
    this.skipWhite();
    if (this.peek() === '}') {
      this.at++;
      return;
    }
    for (;;) {
      if (this.peek() !== '"') throw new Fault(NO_KEY, this.at);
      const key = this.at;
      this.string();
      const name = this.#textFrom(key);
      this.skipWhite();
      this.expect(':', NO_COLON);
      this.skipWhite();
      const start = this.at;
      this.value(depth);
      member(name, start);
      this.skipWhite();
      if (this.peek() === '}') break;
      this.expect(',', NO_MEMBER_END);
      this.skipWhite();
    }
    this.at++;
  }

  /** `depth`: brackets that are open around it, those of the row left out. */
  value(depth: number): void {
    const next = this.peek();
    if (next === '"') this.string();
    else if (next === '-' || isDigit(next)) this.#number();
    else if (next === '{' || next === '[') {
      if (depth === MOST_BRACKETS) throw new Fault(TOO_DEEP, this.at);
      if (next === '{') this.object(depth + 1, () => {});
      else this.#list(depth + 1);
    } else this.#word();
  }

  string(): void {
    for (this.at++; this.peek() !== '"'; this.at++) {
      if (this.peek() < ' ') throw new Fault(NO_CHARACTER, this.at);
      if (this.#u8[this.at] >= 0x80) this.flags |= SAW_NON_ASCII;
      if (this.peek() !== '\\') continue;
      this.#escape();
    }
    this.at++;
  }

  /** From a backslash to the last byte of the character that it begins. */
  #escape(): void {
    const start = this.at;
    this.at++;
    if (!'"\\/bfnrtu'.includes(this.peek())) throw new Fault(NO_ESCAPE, this.at);
    if (this.peek() !== 'u') return;
    const unit = this.#unit();
    if ((unit & 0xf800) !== 0xd800) return;
    // A 0 may be the end of the bytes, and the other half behind it.
    const [first, second] = [this.#u8[this.at + 1], this.#u8[this.at + 2]];
    if (first === 0) throw new Fault(NO_CHARACTER, this.at + 1);
    if (first === 0x5c && second === 0) throw new Fault(NO_ESCAPE, this.at + 2);
    if (unit >= 0xdc00 || first !== 0x5c || second !== 0x75) throw new Fault(NO_PAIR, start);
    this.at += 2;
    if ((this.#unit() & 0xfc00) !== 0xdc00) throw new Fault(NO_PAIR, start);
  }

  /** From the u to the last digit. */
  #unit(): number {
    const from = this.at + 1;
    for (let digit = 0; digit < 4; digit++) {
      this.at++;
      if (!/^[0-9a-fA-F]$/.test(this.peek())) throw new Fault(NO_ESCAPE, this.at);
    }
    return Number.parseInt(decoder.decode(this.#u8.slice(from, from + 4)), 16);
  }

  #list(depth: number): void {
    this.at++;
    this.skipWhite();
    if (this.peek() === ']') {
      this.at++;
      return;
    }
    for (;;) {
      this.value(depth);
      this.skipWhite();
      if (this.peek() === ']') break;
      this.expect(',', NO_ELEMENT_END);
      this.skipWhite();
    }
    this.at++;
  }

  #number(): void {
    if (this.peek() === '-') this.at++;
    // What follows a zero that begins a number is not the number's.
    if (this.peek() === '0' && isDigit(String.fromCharCode(this.#u8[this.at + 1]))) {
      this.at++;
      return;
    }
    this.#digits();
    if (this.peek() === '.') {
      this.at++;
      this.#digits();
    }
    if (this.peek() === 'e' || this.peek() === 'E') {
      this.at++;
      if (this.peek() === '-' || this.peek() === '+') this.at++;
      this.#digits();
    }
  }

  #digits(): void {
    const from = this.at;
    while (isDigit(this.peek())) this.at++;
    if (this.at === from) throw new Fault(NO_DIGIT, this.at);
  }

  #word(): void {
    const word = ['true', 'false', 'null'].find((text) => text[0] === this.peek());
    if (word === undefined) throw new Fault(NO_VALUE, this.at);
    for (const letter of word) this.expect(letter, NO_VALUE);
  }

  #textFrom(start: number): string {
    return JSON.parse(decoder.decode(this.#u8.slice(start, this.at))) as string;
  }

  #isLineEnd(): boolean {
    return this.#u8[this.at] === CR || (this.#u8[this.at] === LF && !this.#linesEndRows);
  }
}

export function indexObjectsTwin({ u8, u32 }: Heap): Pick<JsonlKernels, 'indexObjects'> {
  return {
    indexObjects(signedFrom, limit, to, mode, nameList, nameCount, _cache, maxRows, index, result) {
      const names = Array.from({ length: nameCount }, (_, i) => {
        const [address, length] = u32.subarray((nameList >>> 2) + 2 * i, (nameList >>> 2) + 2 * i + 2);
        return decoder.decode(u8.slice(address, address + length));
      });
      let from = signedFrom >>> 0;
      let rows = 0;
      let flags = 0;
      let wrong: Fault | undefined;
      let entry = index >>> 2;

      const row = (parser: Parser): void => {
        const start = parser.at;
        u32.fill(start, entry, entry + 1 + 2 * nameCount);
        for (let i = 0; i < nameCount; i++) u32[entry + 1 + 2 * i] = start - 1;
        parser.object(0, (name, value) => {
          const ordinal = names.indexOf(name);
          if (ordinal === -1) return;
          const at = entry + 1 + 2 * ordinal;
          if (u32[at + 1] !== start) throw new Fault(SECOND_VALUE, value);
          u32[at] = value - 1;
          u32[at + 1] = u8[value] === 0x6e ? value : parser.at;
          if (u8[value] === 0x22 && u8.subarray(value, parser.at).includes(0x5c)) flags |= SAW_ESCAPE;
        });
        if (mode !== ROWS_ARE_LINES && mode !== ROWS_ARE_A_LIST) return;
        parser.skipWhite();
        if (mode === ROWS_ARE_A_LIST && parser.peek() === ']') flags |= SAW_LIST_END;
        parser.expect(mode === ROWS_ARE_LINES ? '\n' : ',]', NO_ROW_END);
      };

      while (rows < maxRows && from < limit >>> 0 && (flags & SAW_LIST_END) === 0) {
        const parser = new Parser(u8, from, mode === ROWS_ARE_LINES);
        parser.skipWhite();
        if (parser.at === to >>> 0) {
          if (mode !== ROWS_ARE_LINES) from = parser.at;
          break;
        }
        if (parser.peek() === '\n') {
          from = parser.at + 1;
          continue;
        }
        try {
          row(parser);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          wrong = error;
          break;
        }
        flags |= parser.flags;
        from = parser.at;
        entry += 1 + 2 * nameCount;
        rows++;
      }
      u32[entry] = from;
      u32[(result + OBJECTS_ROWS) >>> 2] = rows;
      u32[(result + OBJECTS_NEXT) >>> 2] = from;
      u32[(result + OBJECTS_FLAGS) >>> 2] = flags;
      u32[(result + OBJECTS_FAULT) >>> 2] = wrong?.code ?? 0;
      u32[(result + OBJECTS_FAULT_AT) >>> 2] = wrong?.at ?? 0;
    },
  };
}

/** What is wrong with the row at `at`, behind which a 0 byte stands, and where. */
export function rowFault(bytes: Uint8Array, at: number, mode: number): { readonly code: number; readonly at: number } {
  const parser = new Parser(bytes, at, mode === ROWS_ARE_LINES);
  try {
    parser.object(0, () => {});
    parser.skipWhite();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  return { code: NO_ROW_END, at: parser.at };
}
