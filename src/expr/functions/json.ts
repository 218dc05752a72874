/**
 * Functions over json, named as in DuckDB. Of the text of a value only what is asked for is looked at, so what they answer
 * is written as it stands in it.
 */
import { BIGINT, BOOLEAN, type DataType, INT, JSON_TEXT, STRING, typeName } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { jsonAt, jsonItems, parseJson } from '../../kernels/json-text.js';
import { jsonArrayEmit, jsonPathEmit } from '../compiler/json-emit.js';
import { EvaluationError } from '../evaluation-error.js';
import { parsePath } from '../json-path.js';
import { define } from './define.js';
import { type LiteralArgument, neverFails, overloads, type Resolution, type ScalarFunction } from './function.js';
import { jsonOf, keyOf, kindOf, mergePatch, PATH_HINT, stepsOf, withoutBlanks } from './json-values.js';

/** Written as a path, `payload.user.id`; no expression calls it by name. */
export const JSON_PATH: ScalarFunction = define({
  id: 'json_path',
  usage: 'json_path',
  summary: '',
  examples: [],
  takes: [[[JSON_TEXT, STRING], JSON_TEXT]],
  evaluate: ([json, path]) => {
    const found = jsonAt(json as string, stepsOf(path));
    return found === undefined || found === 'null' ? null : found;
  },
  emit: jsonPathEmit(true),
});

const PATH_TYPES = [STRING, INT, BIGINT] as const;

/** Reads a value, with a path or without one; the argument may be a text as such. */
function reading(
  id: string,
  usage: string,
  path: 'path' | 'path or none' | 'none',
  result: DataType,
  definition: Pick<ScalarFunction, 'summary' | 'examples'> & { readonly aliases?: readonly string[] },
  read: (json: string) => Value,
): ScalarFunction {
  const withPath = path === 'none' ? [] : PATH_TYPES.map((type) => [[JSON_TEXT, type], result] as const);
  const resolve = overloads(...withPath, ...(path === 'path' ? [] : [[[JSON_TEXT], result] as const]));
  return {
    aliases: [],
    ...definition,
    id,
    usage,
    resolve: (args, literals) => resolveReading(id, resolve, args, literals),
    nullRule: 'propagate',
    mayFail: (_, [, literal]) => path !== 'none' && literal === undefined,
    evaluate: ([json, steps]) => {
      const found = steps === undefined ? (json as string) : jsonAt(json as string, stepsOf(steps));
      return found === undefined ? null : read(found);
    },
  };
}

function resolveReading(
  id: string,
  resolve: (args: readonly DataType[]) => Resolution,
  args: readonly DataType[],
  literals: readonly LiteralArgument[],
): Resolution {
  const [first, ...rest] = args;
  const isText = first?.kind === 'string';
  const resolution = resolve(isText ? [JSON_TEXT, ...rest] : args);
  if (resolution === undefined) return undefined;
  if (isText && literals[0] === undefined) {
    return { refused: `${id} takes json, not ${typeName(first)}`, hint: 'CAST(x AS json) reads a text', argument: 0 };
  }
  const path = literals[1];
  const isBad = typeof path === 'string' && parsePath(path) === undefined;
  return isBad ? { refused: `'${path}' is not a path into json`, hint: PATH_HINT, argument: 1 } : resolution;
}

/** Arguments of all types, each as it is; keys, at even places, are texts. */
function making(hasKeys: boolean) {
  return (args: readonly DataType[]): Resolution => {
    if (hasKeys && args.length % 2 === 1) return undefined;
    return { args: args.map((type, i) => (hasKeys && i % 2 === 0 ? STRING : type)), result: JSON_TEXT };
  };
}

/** JSON has no NaN and infinities. */
const mayLackText = (type: DataType): boolean => type.kind === 'double';

function merging(args: readonly DataType[], literals: readonly LiteralArgument[]): Resolution {
  const fits = args.every(({ kind }, i) => kind === 'json' || (kind === 'string' && literals[i] !== undefined));
  return args.length === 2 && fits ? { args: [JSON_TEXT, JSON_TEXT], result: JSON_TEXT } : undefined;
}

export const JSON_FUNCTIONS: readonly ScalarFunction[] = [
  {
    ...reading(
      'json_extract',
      'json_extract(json, path)',
      'path',
      JSON_TEXT,
      {
        summary:
          "What a path leads to, as json; a key or the place of an item is a path, too. JSON's null stays one; `payload.user.id` is the short form, where it is null.",
        aliases: ['json_extract_path'],
        examples: [
          [`json_extract('{"a": {"b": [1, 2]}}', '$.a.b[1]')`, '2'],
          ["json_extract('[1, 2]', 0)", '1'],
          [`json_extract('{"a": 1}', 'b')`, 'NULL'],
        ],
      },
      (json) => json,
    ),
    emit: jsonPathEmit(false),
  },
  reading(
    'json_array_length',
    'json_array_length(json[, path])',
    'path or none',
    BIGINT,
    { summary: 'How many items an array has; 0 for anything else.', examples: [["json_array_length('[1, 2]')", '2']] },
    (json) => (json.startsWith('[') ? BigInt([...jsonItems(json)].length) : 0n),
  ),
  reading(
    'json_keys',
    'json_keys(json[, path])',
    'path or none',
    JSON_TEXT,
    {
      summary: 'The keys of an object, as an array; an empty one for anything else.',
      examples: [[`json_keys('{"a": 1, "b": 2}')`, '["a","b"]']],
    },
    (json) => (json.startsWith('{') ? `[${Array.from(jsonItems(json), ({ key }) => key).join(',')}]` : '[]'),
  ),
  reading(
    'json_type',
    'json_type(json[, path])',
    'path or none',
    STRING,
    {
      summary: 'OBJECT, ARRAY, VARCHAR, BOOLEAN, NULL, and of numbers UBIGINT, BIGINT or DOUBLE.',
      examples: [
        ["json_type('[1]')", 'ARRAY'],
        [`json_type('{"a": -1}', '$.a')`, 'BIGINT'],
      ],
    },
    kindOf,
  ),
  {
    ...reading(
      'json_exists',
      'json_exists(json, path)',
      'path',
      BOOLEAN,
      {
        summary: "True where the path leads to something, be it JSON's null.",
        examples: [[`json_exists('{"a": null}', '$.a')`, 'true']],
      },
      () => true,
    ),
    evaluate: ([json, path]) => jsonAt(json as string, stepsOf(path)) !== undefined,
  },
  reading(
    'json',
    'json(json)',
    'none',
    JSON_TEXT,
    {
      summary: 'Without blanks between what is in it, so that values which differ in nothing else are equal.',
      examples: [["json('[1, 2]')", '[1,2]']],
    },
    withoutBlanks,
  ),
  define({
    id: 'json_valid',
    usage: 'json_valid(text)',
    summary: 'True where the text is JSON.',
    examples: [["json_valid('{')", 'false']],
    takes: [
      [[STRING], BOOLEAN],
      [[JSON_TEXT], BOOLEAN],
    ],
    evaluate: ([text]) => parseJson(text as string) !== undefined,
  }),
  {
    id: 'to_json',
    aliases: ['json_quote'],
    usage: 'to_json(value)',
    summary: 'The value as json, a text in quotes. CAST reads a text instead.',
    examples: [
      ["to_json('a')", 'a'],
      ["CAST(to_json('a') || '' AS string)", 'a'],
      ['to_json(1.50)', '1.50'],
    ],
    resolve: (args) => (args.length === 1 ? { args, result: JSON_TEXT } : undefined),
    nullRule: 'propagate',
    mayFail: ({ args: [type] }) => mayLackText(type),
    evaluate: ([value], { args: [type] }) => jsonOf(value, type),
  },
  {
    id: 'json_array',
    aliases: [],
    usage: 'json_array(a, b, ...)',
    summary: 'The values as an array; null is null in it.',
    examples: [["json_array(1, 'a', NULL)", '[1,"a",null]']],
    resolve: making(false),
    nullRule: 'custom',
    mayFail: ({ args }) => args.some(mayLackText),
    evaluate: (values, { args }) => `[${values.map((value, i) => jsonOf(value, args[i])).join(',')}]`,
  },
  {
    id: 'json_object',
    aliases: [],
    usage: 'json_object(key, value, ...)',
    summary: 'An object of keys and their values.',
    examples: [["json_object('a', 1, 'b', json_array())", '{"a":1,"b":[]}']],
    resolve: making(true),
    nullRule: 'custom',
    mayFail: () => true,
    evaluate: (values, { args }) => {
      const parts = values.map((value, i) => (i % 2 === 0 ? keyOf(value, 'json_object') : jsonOf(value, args[i])));
      return `{${parts.map((part, i) => (i > 0 && i % 2 === 0 ? `,${part}` : part)).join('')}}`;
    },
  },
  {
    id: 'json_merge_patch',
    aliases: [],
    usage: 'json_merge_patch(json, patch)',
    summary: 'With what the patch has set, and what is null there gone, as RFC 7396 says.',
    examples: [[`json_merge_patch('{"a":1,"b":2}', '{"b":null,"c":3}')`, '{"a":1,"c":3}']],
    resolve: merging,
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([target, patch]) => mergePatch(target as string, patch as string),
  },
];

const SHOWN_CHARACTERS = 60;

/** What `unnest` takes; no expression calls it by name. */
export const JSON_ITEMS: ScalarFunction = define({
  id: 'json_items',
  usage: 'json_items',
  summary: '',
  examples: [],
  takes: [[[JSON_TEXT], JSON_TEXT]],
  mayFail: true,
  evaluate: ([value]) => {
    const json = value as string;
    if (json === 'null') return null;
    if (json.startsWith('[')) return json;
    const shown = json.length > SHOWN_CHARACTERS ? `${json.slice(0, SHOWN_CHARACTERS)}...` : json;
    throw new EvaluationError('EXPR_DOMAIN', `${shown} is not an array`, 'json_array(x) makes an array of one value');
  },
  emit: jsonArrayEmit,
});

/** An entry of json_group_object; no expression calls it by name. */
export const JSON_ENTRY: ScalarFunction = {
  ...{ id: 'json_entry', aliases: [], usage: 'json_entry', summary: '', examples: [] },
  resolve: ([, type]) => ({ args: [STRING, type], result: STRING }),
  nullRule: 'custom',
  mayFail: () => true,
  evaluate: ([key, value], { args: [, type] }) => keyOf(key, 'json_group_object') + jsonOf(value, type),
};
