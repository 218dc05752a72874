/**
 * Thrift structs by one table each: the names of its fields, their ids and types. The table is read in both directions,
 * and the TypeScript type of the struct is made from it:
 *
 *     const KEY_VALUE = struct({ key: required(1, STRING), value: optional(2, STRING) });
 *     type KeyValue = TypeOf<typeof KEY_VALUE>;      // { readonly key: string; readonly value?: string }
 *
 * Fields that the table does not have are passed over: they are of a later version of the format.
 */
import { ThriftError, type ThriftReader, type ThriftWriter, WIRE } from './thrift-wire.js';

/** A type of the protocol. `name` is for errors. */
export interface ThriftType<T> {
  readonly name: string;
  readonly kind: number;
  read(reader: ThriftReader): T;
  write(writer: ThriftWriter, value: T): void;
}

export type TypeOf<T> = T extends ThriftType<infer Value> ? Value : never;

interface Field<T, IsRequired extends boolean> {
  readonly id: number;
  readonly type: ThriftType<T>;
  readonly isRequired: IsRequired;
}

type Fields = Readonly<Record<string, Field<unknown, boolean>>>;
type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;
type RequiredNames<F> = { [Name in keyof F]: F[Name] extends { isRequired: true } ? Name : never }[keyof F];
type StructOf<F> = { readonly [Name in RequiredNames<F>]: ValueOf<F[Name]> } & {
  readonly [Name in Exclude<keyof F, RequiredNames<F>>]?: ValueOf<F[Name]>;
};

export function required<T>(id: number, type: ThriftType<T>): Field<T, true> {
  return { id, type, isRequired: true };
}

export function optional<T>(id: number, type: ThriftType<T>): Field<T, false> {
  return { id, type, isRequired: false };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function integer(name: string, kind: number): ThriftType<number> {
  return {
    name,
    kind,
    read: (reader) => reader.integer(),
    write: (writer, value) => writer.integer(value),
  };
}

/** In a struct a boolean has its value in the header of its field; these are the bytes it has in a list. */
export const BOOL: ThriftType<boolean> = {
  name: 'boolean',
  kind: WIRE.TRUE,
  read: (reader) => reader.byte() === WIRE.TRUE,
  write: (writer, value) => writer.byte(value ? WIRE.TRUE : WIRE.FALSE),
};
export const I8: ThriftType<number> = {
  name: 'byte',
  kind: WIRE.BYTE,
  read: (reader) => (reader.byte() << 24) >> 24,
  write: (writer, value) => writer.byte(value & 0xff),
};
export const I16 = integer('integer of 16 bits', WIRE.I16);
export const I32 = integer('integer of 32 bits', WIRE.I32);
/** Sizes, counts and offsets: all of them are exact as numbers, and one that is not is refused. */
export const I64 = integer('integer of 64 bits', WIRE.I64);
/** The bytes that are read are a view of those of the message. */
export const BINARY: ThriftType<Uint8Array> = {
  name: 'bytes',
  kind: WIRE.BINARY,
  read: (reader) => reader.bytes(reader.size()),
  write: (writer, value) => {
    writer.size(value.length);
    writer.bytes(value);
  },
};
export const STRING: ThriftType<string> = {
  name: 'text',
  kind: WIRE.BINARY,
  read: (reader) => decoder.decode(BINARY.read(reader)),
  write: (writer, value) => BINARY.write(writer, encoder.encode(value)),
};

export function list<T>(of: ThriftType<T>): ThriftType<readonly T[]> {
  return {
    name: `list of ${of.name}`,
    kind: WIRE.LIST,
    read(reader) {
      const { kind, size } = reader.listHeader();
      if (size > 0 && !isOfKind(of, kind)) throw new ThriftError(`a list of kind ${kind}, not of ${of.name}`);
      const values: T[] = [];
      for (let i = 0; i < size; i++) values.push(of.read(reader));
      return values;
    },
    write(writer, values) {
      writer.listHeader(of.kind, values.length);
      for (const value of values) of.write(writer, value);
    },
  };
}

function isOfKind(type: ThriftType<unknown>, kind: number): boolean {
  return kind === type.kind || (type === BOOL && kind === WIRE.FALSE);
}

/** A union is a struct all of whose fields are optional. */
export function struct<F extends Fields>(name: string, fields: F): ThriftType<StructOf<F>> {
  const entries = Object.entries(fields);
  const inOrder = entries.toSorted(([, a], [, b]) => a.id - b.id);
  const byId = new Map(entries.map((entry) => [entry[1].id, entry]));
  return {
    name,
    kind: WIRE.STRUCT,
    read(reader) {
      const value: Record<string, unknown> = {};
      reader.fields((id, kind) => {
        const entry = byId.get(id);
        if (entry === undefined) {
          reader.skip(kind);
          return;
        }
        const [key, { type }] = entry;
        if (!isOfKind(type, kind)) throw new ThriftError(`${name}.${key} is of kind ${kind}, not ${type.name}`);
        value[key] = type === BOOL ? kind === WIRE.TRUE : type.read(reader);
      });
      const missing = inOrder.find(([key, { isRequired }]) => isRequired && value[key] === undefined);
      if (missing !== undefined) throw new ThriftError(`${name} without ${missing[0]}`);
      return value as StructOf<F>;
    },
    write(writer, struct) {
      const values = struct as Readonly<Record<string, unknown>>;
      let previous = 0;
      for (const [key, { id, type }] of inOrder) {
        const value = values[key];
        if (value === undefined) continue;
        writer.fieldHeader(id, previous, type === BOOL && value === false ? WIRE.FALSE : type.kind);
        if (type !== BOOL) type.write(writer, value);
        previous = id;
      }
      writer.byte(WIRE.STOP);
    },
  };
}
