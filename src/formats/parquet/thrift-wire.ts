/**
 * Bytes of Thrift's compact protocol: varints, zigzag, little-endian doubles, headers of fields and lists.
 *
 *     field   (delta of the id << 4) | kind, or kind and the id as a zigzag varint where the delta is not 1..15
 *     list    (size << 4) | kind, or 0xf0 | kind and the size as a varint from 15 on
 *
 * Nothing that a file says is believed: every read is held against the end, and a length against the bytes that are left.
 */

/** How a value lies in the bytes; booleans among fields have their value in the kind. */
export const WIRE = {
  STOP: 0,
  TRUE: 1,
  FALSE: 2,
  BYTE: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  SET: 10,
  MAP: 11,
  STRUCT: 12,
  UUID: 13,
} as const;

/** Structs in structs: those of Parquet take less than ten. */
const MAX_DEPTH = 32;
const SHORT_LIST = 15;
const UUID_BYTES = 16;

/** Bytes that are no message of the protocol, or not of the struct that was asked for. */
export class ThriftError extends Error {
  /** The bytes ended too early; with more of them it might be a message. */
  readonly isTruncated: boolean;

  constructor(message: string, isTruncated = false) {
    super(message);
    this.isTruncated = isTruncated;
  }
}

export class ThriftReader {
  /** Of the next byte. */
  offset: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #depth = 0;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.offset = offset;
    this.#end = end;
  }

  byte(): number {
    if (this.offset >= this.#end) throw new ThriftError('it ends in the middle', true);
    return this.#bytes[this.offset++];
  }

  /** Unsigned, of at most 64 bits. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ThriftError('a number of more than ten bytes');
  }

  /** A length or count; as a number, because more than that many bytes are not there anyway. */
  size(): number {
    let value = 0;
    for (let shift = 1; shift <= 2 ** 42; shift *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    throw new ThriftError('a length of more than seven bytes');
  }

  /** A zigzag integer that a number holds exactly. */
  integer(): number {
    const raw = this.varint();
    const value = Number(raw & 1n ? -(raw >> 1n) - 1n : raw >> 1n);
    if (!Number.isSafeInteger(value)) throw new ThriftError('a number beyond 2^53');
    return value;
  }

  double(): number {
    const bytes = this.bytes(8);
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
  }

  /** A view of the next bytes. */
  bytes(length: number): Uint8Array {
    if (length > this.#end - this.offset) throw new ThriftError(`${length} bytes where fewer are left`, true);
    this.offset += length;
    return this.#bytes.subarray(this.offset - length, this.offset);
  }

  /** Kind and size of a list; each of its values takes a byte at least. */
  listHeader(): { readonly kind: number; readonly size: number } {
    const head = this.byte();
    const size = head >>> 4 === SHORT_LIST ? this.size() : head >>> 4;
    if (size > this.#end - this.offset) throw new ThriftError(`a list of ${size} where fewer bytes are left`, true);
    return { kind: head & 0xf, size };
  }

  /** Calls `field` for each field of a struct with its id and kind; it must read, or skip, the value. */
  fields(field: (id: number, kind: number) => void): void {
    if (++this.#depth > MAX_DEPTH) throw new ThriftError(`structs nested deeper than ${MAX_DEPTH}`);
    let id = 0;
    for (let head = this.byte(); head !== WIRE.STOP; head = this.byte()) {
      id = head >>> 4 === 0 ? this.integer() : id + (head >>> 4);
      field(id, head & 0xf);
    }
    this.#depth--;
  }

  /** Passes over a value; `isElement`: of a list, where a boolean takes a byte. */
  skip(kind: number, isElement = false): void {
    switch (kind) {
      case WIRE.TRUE:
      case WIRE.FALSE:
        if (isElement) this.byte();
        return;
      case WIRE.BYTE:
        this.byte();
        return;
      case WIRE.I16:
      case WIRE.I32:
      case WIRE.I64:
        this.varint();
        return;
      case WIRE.DOUBLE:
        this.bytes(8);
        return;
      case WIRE.UUID:
        this.bytes(UUID_BYTES);
        return;
      case WIRE.BINARY:
        this.bytes(this.size());
        return;
      case WIRE.STRUCT:
        this.fields((_, inner) => this.skip(inner));
        return;
      case WIRE.LIST:
      case WIRE.SET:
        this.#nested(() => {
          const { kind: inner, size } = this.listHeader();
          for (let i = 0; i < size; i++) this.skip(inner, true);
        });
        return;
      case WIRE.MAP:
        this.#nested(() => {
          const size = this.size();
          const kinds = size === 0 ? 0 : this.byte();
          for (let i = 0; i < size; i++) {
            this.skip(kinds >>> 4, true);
            this.skip(kinds & 0xf, true);
          }
        });
        return;
      default:
        throw new ThriftError(`a value of the unknown kind ${kind}`);
    }
  }

  #nested(action: () => void): void {
    if (++this.#depth > MAX_DEPTH) throw new ThriftError(`values nested deeper than ${MAX_DEPTH}`);
    action();
    this.#depth--;
  }
}

export class ThriftWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  size(value: number): void {
    for (; value >= 128; value = Math.floor(value / 128)) this.byte((value % 128) | 0x80);
    this.byte(value);
  }

  integer(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no exact integer`);
    let rest = BigInt(value);
    rest = rest < 0n ? -2n * rest - 1n : 2n * rest;
    for (; rest >= 128n; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    this.byte(Number(rest));
  }

  double(value: number): void {
    this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  listHeader(kind: number, size: number): void {
    this.byte((Math.min(size, SHORT_LIST) << 4) | kind);
    if (size >= SHORT_LIST) this.size(size);
  }

  /** `previous`: the id of the field before it in the struct, 0 at first. */
  fieldHeader(id: number, previous: number, kind: number): void {
    const delta = id - previous;
    const isShort = delta > 0 && delta < 16;
    this.byte(isShort ? (delta << 4) | kind : kind);
    if (!isShort) this.integer(id);
  }

  /** All that was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + bytes));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
