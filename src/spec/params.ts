/**
 * Parameters: what `params:` declares, and which text each gets from `--param` or its default. The text is not typed
 * here; that takes the types of expr/.
 */
import { type Diagnostic, diagnostic } from '../errors.js';
import { entriesByKey, readEntries } from './option-reader.js';
import type { OptionSchema } from './option-schema.js';
import type { ParamSpec, SourceText, SpecEntry, SpecMap, SpecNode } from './pipeline-spec.js';
import { diagnosticAt, diagnosticInFile } from './source.js';
import { didYouMean } from './suggest.js';

const PARAM_SCHEMA = {
  type: { kind: 'name', required: true, doc: 'the type of the parameter, such as date or decimal(12,2)' },
  one_of: { kind: 'strings', doc: 'the values it may have' },
} as const;

/** All keys of a parameter; how `default` is read depends on whether it is a constant. */
export const PARAM_KEYS = {
  ...PARAM_SCHEMA,
  default: { kind: 'string', doc: 'its value when none is given: a constant, or `expr: expression`' },
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
  if (value?.kind === 'scalar') return { name: key, type: value.source, defaultIsExpression: false };
  if (value?.kind !== 'map') {
    diagnostics.push(
      diagnosticInFile('SPEC_WRONG_KIND', `\`${key.text}\` expects a type`, key.file, value?.span ?? key.span, {
        hint: `write \`${key.text}: date\`, or a map with \`type\` and \`default\``,
      }),
    );
    return undefined;
  }
  const entries = new Map(entriesByKey(value.entries));
  const given = entries.get('default');
  entries.delete('default');
  const owner = { owner: `the parameter \`${key.text}\``, at: key, alsoKnown: ['default'] };
  const before = diagnostics.length;
  const { type, one_of: oneOf } = readEntries(PARAM_SCHEMA, entries, owner, diagnostics);
  const constant = given && readDefault(given, diagnostics);
  if (diagnostics.length > before) return undefined;
  const spec = {
    name: key,
    type,
    oneOf,
    default: constant?.source,
    defaultIsExpression: constant?.isExpression ?? false,
  };
  if (constant !== undefined && !constant.isExpression && !isAllowed(spec, constant.source.text)) {
    diagnostics.push(notAllowed(spec, constant.source.text, constant.source));
  }
  return spec;
}

/** A constant, or `{ expr: ... }`. */
function readDefault(
  { key, value }: SpecEntry,
  diagnostics: Diagnostic[],
): { source: SourceText; isExpression: boolean } | undefined {
  if (value?.kind === 'scalar') return { source: value.source, isExpression: false };
  const expr: SpecNode | null | undefined =
    value?.kind === 'map' && value.entries.length === 1 && value.entries[0].key.text === 'expr'
      ? value.entries[0].value
      : undefined;
  if (expr?.kind === 'scalar') return { source: expr.source, isExpression: true };
  diagnostics.push(
    diagnosticInFile(
      'SPEC_WRONG_KIND',
      '`default` expects a value or `expr: expression`',
      key.file,
      value?.span ?? key.span,
    ),
  );
  return undefined;
}

/** A parameter with the text of its value. */
export interface ParamText {
  readonly spec: ParamSpec;
  readonly text: string;
  /** Where the default stands; undefined when the value was given on the command line. */
  readonly source: SourceText | undefined;
  /** The text is an expression to be evaluated. */
  readonly isExpression: boolean;
}

export interface ParamMatch {
  readonly params: readonly ParamText[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Brings what was given together with what is declared. */
export function matchParams(specs: readonly ParamSpec[], given: Readonly<Record<string, string>>): ParamMatch {
  const diagnostics: Diagnostic[] = [];
  const names = specs.map((spec) => spec.name.text);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const hint = didYouMean(name, names, 'parameters');
    diagnostics.push(diagnostic('SPEC_PARAM_UNKNOWN', `the pipeline has no parameter \`${name}\``, { hint }));
  }
  const params = specs.flatMap((spec): ParamText[] => {
    const name = spec.name.text;
    if (Object.hasOwn(given, name)) {
      const text = given[name];
      if (!isAllowed(spec, text)) diagnostics.push(notAllowed(spec, text, spec.name));
      return [{ spec, text, source: undefined, isExpression: false }];
    }
    if (spec.default !== undefined) {
      return [{ spec, text: spec.default.text, source: spec.default, isExpression: spec.defaultIsExpression }];
    }
    diagnostics.push(
      diagnosticAt('SPEC_PARAM_MISSING', `the parameter \`${name}\` has no value`, spec.name, undefined, {
        hint: `give it with --param ${name}=VALUE, or give it a default`,
      }),
    );
    return [];
  });
  return { params, diagnostics };
}

function isAllowed(spec: ParamSpec, text: string): boolean {
  return spec.oneOf === undefined || spec.oneOf.some((allowed) => allowed.text === text);
}

function notAllowed(spec: ParamSpec, text: string, at: SourceText): Diagnostic {
  const allowed = (spec.oneOf ?? []).map((one) => one.text);
  const hint = didYouMean(text, allowed, 'it can be');
  return diagnosticAt('SPEC_BAD_VALUE', `the parameter \`${spec.name.text}\` cannot be \`${text}\``, at, undefined, {
    hint,
  });
}
