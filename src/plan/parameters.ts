/** Parameters with typed values: what was given or is the default of each, read as its declared type. */
import { aTypeName, type DataType, isNumeric, STRING, typeName } from '../columnar/data-type.js';
import { formatValue, parseValue } from '../columnar/text.js';
import type { Value } from '../columnar/value.js';
import type { Diagnostic, Span } from '../errors.js';
import { bindExpression } from '../expr/binder.js';
import type { RunConstants } from '../expr/calc.js';
import { foldConstants } from '../expr/fold.js';
import { parseType } from '../expr/parse-type.js';
import { type ScopeParam, scopeOf, type TypedParam } from '../expr/scope.js';
import type { NamedValue } from '../spec/option-schema.js';
import { type GivenValue, matchParams, type ParamInput } from '../spec/params.js';
import type { PathParam } from '../spec/path-variables.js';
import type { ParamSpec, SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { didYouMean } from '../spec/suggest.js';
import { splitList } from './list-text.js';

export type ParamValues = ReadonlyMap<string, ScopeParam>;

export interface Parameters {
  readonly values: ParamValues;
  /** As paths take them; null: a list. */
  readonly paths: ReadonlyMap<string, PathParam | null>;
  /** Declared, but without a value or with a wrong one, which was reported. */
  readonly missing: ReadonlySet<string>;
}

export interface ParameterSources {
  /** null: wrong, which was reported. */
  readonly given: ReadonlyMap<string, GivenValue | null>;
  /** Folder that defaults of type path start from. */
  readonly folder: string;
  readonly constants: RunConstants;
  /** The step that uses the pipeline, if one does. */
  readonly user?: SourceText;
  /** A parameter without a value is only warned of; what needs the value is not looked at. */
  readonly mayLackValues?: boolean;
}

const PATH_TYPE = 'path';
/** Where a constant was expected. */
const EXPRESSION = /^current_(?:date|timestamp)\b|^\w+\(.*\)|^\$\w/i;

export function readParameters(
  specs: readonly ParamSpec[],
  { given, folder, constants, user, mayLackValues }: ParameterSources,
  diagnostics: Diagnostic[],
): Parameters {
  const match = matchParams(specs, given, user, mayLackValues ? 'warning' : 'error');
  diagnostics.push(...match.diagnostics);
  const types = new Map(specs.map((spec) => [spec, typeOf(spec, diagnostics)]));
  const values = new Map<string, ScopeParam>();
  const paths = new Map<string, PathParam | null>();
  for (const input of match.params) {
    const { spec } = input;
    const name = spec.name.text;
    const type = types.get(spec);
    const above = specs.slice(0, specs.indexOf(spec)).map((one) => one.name.text);
    const lacking = new Set(above.filter((one) => !values.has(one)));
    const found = type && new ParamReader(spec, type, values, lacking, constants, diagnostics).read(input);
    if (found === undefined) continue;
    values.set(name, found);
    if ('values' in found) paths.set(name, null);
    else {
      const text = found.value === null ? '' : formatValue(found.value, found.type);
      const start = input.kind === 'given' ? input.value.folder : folder;
      paths.set(name, { text, folder: spec.type?.text === PATH_TYPE ? start : undefined });
    }
  }
  const missing = new Set(specs.map(({ name }) => name.text).filter((name) => !values.has(name)));
  // They keep their type, so that expressions with them are not wrong too.
  for (const spec of specs) {
    const { text } = spec.name;
    if (!missing.has(text)) continue;
    const type = types.get(spec);
    values.set(text, type === undefined ? { type: null } : spec.isList ? { type, values: [] } : { type, value: null });
  }
  return { values, paths, missing };
}

/** The type of the parameter, or of each value of its list. */
function typeOf(spec: ParamSpec, diagnostics: Diagnostic[]): DataType | undefined {
  if (spec.type === undefined) return undefined;
  if (spec.type.text === PATH_TYPE && !spec.isList) return STRING;
  const parsed = parseType(spec.type.text);
  if ('type' in parsed) return parsed.type;
  for (const { code, message, span, hint } of parsed.problems) {
    const isPathList = spec.type.text === PATH_TYPE;
    const extra = { hint: isPathList ? 'a path may be a pattern, such as data/*.csv: declare it as `path`' : hint };
    diagnostics.push(diagnosticAt(code, message, spec.type, span, extra));
  }
  return undefined;
}

/** A default that is an expression is bound inside a cast to the parameter's type. */
const CAST_PREFIX = 'CAST((';
const shifted = ({ start, end }: Span): Span => ({ start: start - CAST_PREFIX.length, end: end - CAST_PREFIX.length });

/** One parameter. Every answer is undefined when something was wrong and was reported. */
class ParamReader {
  private readonly spec: ParamSpec;
  private readonly type: DataType;
  private readonly earlier: ParamValues;
  /** Those above without a value, which was reported. */
  private readonly lacking: ReadonlySet<string>;
  private readonly constants: RunConstants;
  private readonly diagnostics: Diagnostic[];

  constructor(
    spec: ParamSpec,
    type: DataType,
    earlier: ParamValues,
    lacking: ReadonlySet<string>,
    constants: RunConstants,
    diagnostics: Diagnostic[],
  ) {
    this.spec = spec;
    this.type = type;
    this.earlier = earlier;
    this.lacking = lacking;
    this.constants = constants;
    this.diagnostics = diagnostics;
  }

  read(input: ParamInput): TypedParam | undefined {
    if (input.kind === 'given') {
      const { texts, isList, at = this.spec.name, type } = input.value;
      if (type !== undefined && type.family !== familyOf(this.type)) {
        const wanted = typeName(this.type);
        const hint = `write \`expr: CAST(${at.text} AS ${wanted})\`, or let the two have one type`;
        this.report(
          'SPEC_PARAM_TYPE',
          `${at.text} is ${type.name}, and \`${this.spec.name.text}\` is ${wanted}`,
          at,
          hint,
        );
        return undefined;
      }
      if (isList === this.spec.isList) return this.checked(this.typed(texts, at), at);
      if (isList) return this.refuse('is one value, and a list was given', at);
      const split = input.value.at === undefined ? splitList(texts[0]) : texts;
      if (!('problem' in split)) return this.checked(this.typed(split, at), at);
      const hint = `write --param ${this.spec.name.text}=one,two; a value that holds a comma stands in double quotes`;
      this.report('SPEC_PARAM_TYPE', `\`${texts[0]}\` is no list: ${split.problem}`, at, hint);
      return undefined;
    }
    const { value } = input;
    switch (value.kind) {
      case 'expression':
        return this.checked(this.evaluated(value.source), value.source);
      case 'text':
        return this.checked(this.typed([value.source.text], value.source), value.source);
      case 'list': {
        if (!this.spec.isList) return this.refuse('is one value, and its default is a list', value.at);
        const lists = value.items.map((item) => this.typed([item.text], item));
        const items = lists.flatMap((list) => list ?? []);
        return this.checked(items.length < lists.length ? undefined : items, value.at);
      }
    }
  }

  /** Every one of `one_of`, which is typed too: `1.0` is `1.00` for a decimal. */
  private checked(values: readonly Value[] | undefined, at: SourceText): TypedParam | undefined {
    const { name, oneOf, isList } = this.spec;
    const allowed = oneOf?.map((one) => this.typed([one.text], one)?.[0]);
    if (values === undefined || allowed?.some((value) => value === undefined)) return undefined;
    const wrong = allowed && values.find((value) => !allowed.includes(value));
    if (wrong !== undefined) {
      const shown = wrong === null ? 'NULL' : formatValue(wrong, this.type);
      const hint = didYouMean(
        shown,
        oneOf!.map(({ text }) => text),
        'it can be',
      );
      this.report('SPEC_BAD_VALUE', `the parameter \`${name.text}\` cannot be \`${shown}\``, at, hint);
      return undefined;
    }
    const { type } = this;
    return isList ? { type, values } : { type, value: values[0] };
  }

  private typed(texts: readonly string[], at: SourceText): readonly Value[] | undefined {
    const shown = typeName(this.type);
    const values = texts.flatMap((text): Value[] => {
      const value = parseValue(text, this.type);
      if (value !== undefined) return [value];
      const hint =
        at !== this.spec.name && EXPRESSION.test(text)
          ? `an expression is written \`expr: ${text}\``
          : `the parameter \`${this.spec.name.text}\` is declared as ${this.spec.isList ? `[${shown}]` : shown}`;
      this.report('SPEC_PARAM_TYPE', `\`${text}\` is not ${aTypeName(this.type)}`, at, hint);
      return [];
    });
    return values.length === texts.length ? values : undefined;
  }

  private evaluated(source: SourceText): readonly Value[] | undefined {
    const alone = this.earlier.get(source.text.replace(/^\$/, ''));
    if (this.spec.isList && source.text.startsWith('$') && alone?.type && 'values' in alone) {
      return this.typed(textsOf(alone), source);
    }
    const used = [...source.text.matchAll(/\$(\w+)/g)].map(([, name]) => name);
    if (used.some((name) => this.lacking.has(name))) return undefined;
    const type = typeName(this.type);
    const bound = bindExpression(`${CAST_PREFIX}${source.text}) AS ${type})`, scopeOf([], this.earlier));
    if ('problems' in bound) {
      for (const { code, message, span, hint } of bound.problems) {
        this.diagnostics.push(diagnosticAt(code, message, source, shifted(span), { hint }));
      }
      return undefined;
    }
    const folded = foldConstants(bound.expr, this.constants);
    if (folded.op === 'literal') return this.spec.isList && folded.value === null ? [] : [folded.value];
    this.report('SPEC_PARAM_TYPE', `the default of \`${this.spec.name.text}\` has no value as ${type}`, source);
    return undefined;
  }

  private refuse(what: string, at: SourceText): undefined {
    const { name, type } = this.spec;
    this.report('SPEC_PARAM_TYPE', `the parameter \`${name.text}\` ${what}`, at, `declare a list as [${type?.text}]`);
  }

  private report(code: Diagnostic['code'], message: string, at: SourceText, hint?: string): void {
    this.diagnostics.push(diagnosticAt(code, message, at, undefined, { hint }));
  }
}

function familyOf(type: DataType): string {
  if (isNumeric(type)) return 'number';
  return type.kind === 'date' ? 'timestamp' : type.kind;
}

function typeOfGiven(type: DataType): GivenValue['type'] {
  return { name: typeName(type), family: familyOf(type) };
}

/** None for NULL. */
function textsOf(param: TypedParam): readonly string[] {
  const values = 'values' in param ? param.values : [param.value];
  return values.flatMap((value) => (value === null ? [] : [writtenValue(value, param.type)]));
}

/** As it is read again; json is shown otherwise. */
function writtenValue(value: Value, type: DataType): string {
  return type.kind === 'json' ? String(value) : formatValue(value, type);
}

/** A value of `with`, for the pipeline that is used: evaluated among the parameters of the one that uses it. */
export function handOver(
  { name: key, value: written }: NamedValue,
  parameters: Parameters,
  { folder, constants }: Pick<ParameterSources, 'folder' | 'constants'>,
  diagnostics: Diagnostic[],
): GivenValue | null {
  if (written.kind === 'text') {
    return { texts: [written.source.text], isList: false, key, at: written.source, folder };
  }
  if (written.kind === 'list') {
    return { texts: written.items.map(({ text }) => text), isList: true, key, at: written.at, folder };
  }
  const { source } = written;
  const name = /^\$(\w+)$/.exec(source.text)?.[1] ?? '';
  if (parameters.missing.has(name)) return null;
  const known = parameters.values.get(name);
  const param = known?.type ? known : evaluate(source, parameters.values, constants, diagnostics);
  if (param === undefined) return null;
  const texts = textsOf(param);
  const isList = 'values' in param;
  const start = parameters.paths.get(name)?.folder ?? folder;
  if (isList || texts.length === 1)
    return { texts, isList, key, at: source, folder: start, type: typeOfGiven(param.type) };
  diagnostics.push(
    diagnosticAt('SPEC_PARAM_TYPE', `\`${source.text}\` is NULL, and a parameter takes a value`, source),
  );
  return null;
}

/** A constant expression. */
function evaluate(
  source: SourceText,
  params: ParamValues,
  constants: RunConstants,
  diagnostics: Diagnostic[],
): TypedParam | undefined {
  const bound = bindExpression(source.text, scopeOf([], params));
  if ('problems' in bound) {
    for (const { code, message, span, hint } of bound.problems) {
      diagnostics.push(diagnosticAt(code, message, source, span, { hint }));
    }
    return undefined;
  }
  const folded = foldConstants(bound.expr, constants);
  if (folded.op === 'literal') return { type: folded.type, value: folded.value };
  diagnostics.push(diagnosticAt('SPEC_PARAM_TYPE', `\`${source.text}\` has no value`, source));
  return undefined;
}
