/**
 * Parameters: what `params:` declares, and which texts each gets: from --param, from `with` of the step that uses the
 * pipeline, or from its default. The texts are not typed here; that takes the types of expr/.
 */
import { type Diagnostic, diagnostic } from '../errors.js';
import { entriesByKey, readEntries } from './option-reader.js';
import type { OptionSchema } from './option-schema.js';
import type { ParamSpec, SourceText, SpecEntry, SpecMap, SpecNode } from './pipeline-spec.js';
import { diagnosticAt, diagnosticInFile } from './source.js';
import { didYouMean } from './suggest.js';
import { readWrittenValue, type WrittenValue } from './written-value.js';

const PARAM_SCHEMA = {
  one_of: { kind: 'strings', doc: 'the values it may have' },
} as const;

/** All keys of a parameter; `type` and `default` have readers of their own. */
export const PARAM_KEYS = {
  type: { kind: 'name', required: true, doc: 'its type, such as date, or a list of such values: [string]' },
  default: { kind: 'string', doc: 'its value when none is given: a constant, a list, or `expr: expression`' },
  ...PARAM_SCHEMA,
} as const satisfies OptionSchema;

export function readParamSpecs(map: SpecMap, diagnostics: Diagnostic[]): readonly ParamSpec[] {
  return map.entries.flatMap((entry) => readParam(entry, diagnostics) ?? []);
}

function readParam({ key, value }: SpecEntry, diagnostics: Diagnostic[]): ParamSpec | undefined {
  if (!/^[A-Za-z_]\w*$/.test(key.text)) {
    diagnostics.push(
      diagnosticAt('SPEC_BAD_VALUE', `\`${key.text}\` cannot be the name of a parameter`, key, undefined, {
        hint: 'a name is letters, digits and `_`, and begins with a letter',
      }),
    );
    return undefined;
  }
  if (value?.kind !== 'map') {
    const type = readType(key, value, diagnostics);
    return { name: key, isList: false, ...type };
  }
  const entries = new Map(entriesByKey(value.entries));
  const [typeEntry, defaultEntry] = [entries.get('type'), entries.get('default')];
  entries.delete('type');
  entries.delete('default');
  const owner = { owner: `the parameter \`${key.text}\``, at: key, alsoKnown: ['type', 'default'] };
  const before = diagnostics.length;
  if (typeEntry === undefined) {
    diagnostics.push(
      diagnosticAt('SPEC_MISSING_KEY', `${owner.owner} needs the key \`type\``, key, undefined, {
        hint: `type: ${PARAM_KEYS.type.doc}`,
      }),
    );
  }
  const type = typeEntry && readType(key, typeEntry.value, diagnostics);
  const { one_of: oneOf } = readEntries(PARAM_SCHEMA, entries, owner, diagnostics);
  const usual = defaultEntry && readWrittenValue(defaultEntry, diagnostics);
  if (diagnostics.length > before) return { name: key, isList: false };
  return { name: key, isList: false, ...type, oneOf, default: usual };
}

/** The name of a type, or a list that holds one. */
function readType(
  key: SourceText,
  node: SpecNode | null,
  diagnostics: Diagnostic[],
): Pick<ParamSpec, 'type' | 'isList'> | undefined {
  if (node?.kind === 'scalar') return { type: node.source, isList: false };
  if (node?.kind === 'list' && node.items.length === 1) {
    const [item] = node.items;
    if (item.kind === 'scalar') return { type: item.source, isList: true };
  }
  diagnostics.push(
    diagnosticInFile('SPEC_WRONG_KIND', `\`${key.text}\` expects a type`, key.file, node?.span ?? key.span, {
      hint: `write \`${key.text}: date\`, for a list \`${key.text}: [date]\`, or a map with \`type\` and \`default\``,
    }),
  );
  return undefined;
}

/** A value from outside the pipeline. */
export interface GivenValue {
  /** One, or those of a list. */
  readonly texts: readonly string[];
  /** Several texts are a list; the one text of a command line may yet be read as one. */
  readonly isList: boolean;
  /** Where its name and the value stand; undefined on the command line. */
  readonly key?: SourceText;
  readonly at?: SourceText;
  /** Folder that it starts from if it is a path. */
  readonly folder: string;
  /** Of an expression; a constant has that of its parameter. Types of one family take each other's values. */
  readonly type?: { readonly name: string; readonly family: string };
}

/** A parameter with what its value is to be read from. */
export type ParamInput =
  | { readonly kind: 'given'; readonly spec: ParamSpec; readonly value: GivenValue }
  | { readonly kind: 'default'; readonly spec: ParamSpec; readonly value: WrittenValue };

export interface ParamMatch {
  readonly params: readonly ParamInput[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Brings what was given together with what is declared; null: it was given, but wrong, and that was reported. `user`:
 * the step that uses the pipeline, if one does. `missing`: how bad a parameter without a value is.
 */
export function matchParams(
  specs: readonly ParamSpec[],
  given: ReadonlyMap<string, GivenValue | null>,
  user?: SourceText,
  missing: Diagnostic['severity'] = 'error',
): ParamMatch {
  const diagnostics: Diagnostic[] = [];
  const names = specs.map((spec) => spec.name.text);
  for (const [name, value] of given) {
    if (names.includes(name)) continue;
    const key = value?.key;
    const message = `the pipeline has no parameter \`${name}\``;
    const extra = { hint: didYouMean(name, names, 'parameters') };
    diagnostics.push(
      key === undefined
        ? diagnostic('SPEC_PARAM_UNKNOWN', message, extra)
        : diagnosticAt('SPEC_PARAM_UNKNOWN', message, key, undefined, extra),
    );
  }
  const params = specs.flatMap((spec): ParamInput[] => {
    const name = spec.name.text;
    const value = given.get(name);
    if (value === null || spec.type === undefined) return [];
    if (value !== undefined) return [{ kind: 'given', spec, value }];
    if (spec.default !== undefined) return [{ kind: 'default', spec, value: spec.default }];
    const how = user === undefined ? `with --param ${name}=VALUE` : `in \`with\``;
    diagnostics.push(
      diagnosticAt('SPEC_PARAM_MISSING', `the parameter \`${name}\` has no value`, user ?? spec.name, undefined, {
        severity: missing,
        hint:
          missing === 'error'
            ? `give it ${how}, or give it a default`
            : `paths with it are not looked at; give it ${how}`,
      }),
    );
    return [];
  });
  return { params, diagnostics };
}
