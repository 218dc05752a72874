/** Names and types of columns, in order. Plain data. */
import type { DataType } from './data-type.js';

export interface Field {
  readonly name: string;
  readonly type: DataType;
}

export type Schema = readonly Field[];
