/** A value as the interpreter, literals and parameters hold it; see the table in data-type.ts. Never on a hot path. */
export type Value = null | boolean | number | bigint | string;
