/** Names and types of columns, in order. Plain data. */
import type { DataType } from './data-type.js';

export interface Field {
  readonly name: string;
  readonly type: DataType;
}

export type Schema = readonly Field[];

/** A field with the type of something else, which is asked for it once, when the field is. */
export function typedLater(name: string, of: { readonly type: DataType }): Field {
  let type: DataType | undefined;
  return {
    name,
    get type() {
      type ??= of.type;
      return type;
    },
  };
}
