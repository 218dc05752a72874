/** Each kind of option as JSON Schema. leat reads scalars as the text they are, so most kinds take numbers and words. */
import { assertNever } from '../errors.js';
import { CHECK_OPTIONS, type NumberOption, type OptionDefinition, type OptionSchema } from '../spec/option-schema.js';
import { UNITS } from '../spec/scalar-values.js';
import { SCHEMA_ENTRY } from '../spec/schema-reader.js';

export type Json = { readonly [key: string]: unknown };

export const ref = (name: string): Json => ({ $ref: `#/definitions/${name}` });

const TYPES = ['boolean', 'int', 'bigint', 'double', 'decimal(12,2)', 'string', 'date', 'timestamp', 'bytes', 'json'];
const PARAMETER = '\\$[A-Za-z_]\\w*';
const DIGITS = '[-+]?\\d+(?:_\\d+)*';

export const SCALAR: Json = { type: ['string', 'number', 'boolean'] };
/** Behind a new column's name, and in a list of texts, even null is a text. */
const ANY_SCALAR: Json = { type: ['string', 'number', 'boolean', 'null'] };
const EXPRESSIONS = mapOf(ANY_SCALAR);

/** What stands behind the name of a parameter. */
export const WRITTEN_VALUE: Json = {
  anyOf: [
    SCALAR,
    { type: 'array', items: ANY_SCALAR },
    group({ expr: { kind: 'expression', required: true, doc: 'an expression' } }, false),
  ],
};

const TYPE_NAME: Json = { type: 'string', examples: TYPES };
export const PARAM_TYPE: Json = { type: 'string', examples: [...TYPES, 'path'] };

/**
 * What options refer to. Editors differ in what they make of a description beside a `$ref`, so nothing that has one of
 * its own is referred to.
 */
export const SHARED: Readonly<Record<string, Json>> = {
  output: { anyOf: [SCALAR, EXPRESSIONS] },
  column: { anyOf: [TYPE_NAME, group(SCHEMA_ENTRY, false, { type: TYPE_NAME })] },
};

/** `takesParameters`: numbers may be written as `$name`, as in steps. */
function optionJsonSchema(option: OptionDefinition, takesParameters: boolean): Json {
  const usual = option.default === undefined || typeof option.default === 'bigint' ? {} : { default: option.default };
  switch (option.kind) {
    case 'expression':
    case 'name':
    case 'path':
    case 'string':
      return SCALAR;
    case 'columns':
      return listOrOne(SCALAR, option.mayBeEmpty ? 0 : 1);
    case 'steps':
    case 'paths':
      return listOrOne(SCALAR);
    case 'strings':
      return listOrOne(ANY_SCALAR);
    case 'outputs':
      return listOrOne(ref('output'));
    case 'expressions':
      return EXPRESSIONS;
    case 'pairs':
      return mapOf(SCALAR);
    case 'partitions':
      return { anyOf: [{ type: 'boolean' }, ...listOrOne(SCALAR).anyOf, mapOf(TYPE_NAME)] };
    case 'keys':
      return { anyOf: [...listOrOne(SCALAR).anyOf, mapOf(SCALAR)] };
    case 'checks': {
      const one = group(CHECK_OPTIONS, takesParameters);
      return { anyOf: [SCALAR, one, mapOf({ anyOf: [SCALAR, one] })] };
    }
    case 'values':
      return mapOf(WRITTEN_VALUE);
    case 'schema':
      return mapOf(ref('column'));
    case 'enum':
      return { enum: option.values, ...usual };
    case 'boolean':
      return { type: 'boolean', ...usual };
    case 'character':
      return { type: 'string', pattern: `^(?:.|\\\\t|tab${option.orNone ? '|none' : ''})$`, ...usual };
    case 'integer':
      return { anyOf: [{ type: 'integer', ...rangeOf(option) }, text(DIGITS, takesParameters)], ...usual };
    case 'bigint':
      return { anyOf: [{ type: 'integer' }, text(DIGITS, takesParameters)] };
    case 'amount':
      return { anyOf: [{ type: 'integer', minimum: 0 }, text(`${DIGITS}|\\d+(?:\\.\\d+)? ?%`, takesParameters)] };
    case 'size':
    case 'duration':
      return {
        ...text(`\\d+(?:\\.\\d+)? ?(?:${UNITS[option.kind].map(anyCase).join('|')})`, takesParameters),
        ...usual,
      };
    case 'group':
      return group(option.options, takesParameters);
    default:
      return assertNever(option, 'option');
  }
}

/** A map with these keys and no others; `own` schemas stand in for those of their kinds. */
export function group(options: OptionSchema, takesParameters: boolean, own: Json = {}): Json {
  const entries = Object.entries(options);
  const required = entries.filter(([, option]) => option.required === true).map(([key]) => key);
  return {
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(
      entries.map(([key, option]) => [
        key,
        { ...((own[key] as Json) ?? optionJsonSchema(option, takesParameters)), description: option.doc },
      ]),
    ),
    additionalProperties: false,
  };
}

function listOrOne(item: Json, minItems = 1): { readonly anyOf: readonly Json[] } {
  return { anyOf: [item, { type: 'array', minItems, items: item }] };
}

function mapOf(value: Json): Json {
  return { type: 'object', minProperties: 1, additionalProperties: value };
}

function rangeOf({ min, max }: NumberOption): Json {
  return { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
}

function text(pattern: string, takesParameters: boolean): Json {
  return { type: 'string', pattern: `^(?:${pattern}${takesParameters ? `|${PARAMETER}` : ''})$` };
}

/** `[mM][sS]`: patterns have no flag for it. */
function anyCase(word: string): string {
  return [...word].map((letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`).join('');
}
