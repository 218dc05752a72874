/** Parameters with typed values: the text of each, from the command line or its default, read as its declared type. */
import { STRING, typeName } from '../columnar/data-type.js';
import { formatValue, parseValue } from '../columnar/text.js';
import type { ParamValue } from '../dataflow/verb.js';
import type { Diagnostic, Span } from '../errors.js';
import { bindExpression } from '../expr/binder.js';
import type { RunConstants } from '../expr/calc.js';
import { foldConstants } from '../expr/fold.js';
import { parseType } from '../expr/parse-type.js';
import { scopeOf } from '../expr/scope.js';
import { matchParams, type ParamText } from '../spec/params.js';
import type { PathParam } from '../spec/path-variables.js';
import type { PipelineSpec } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';

export interface Parameters {
  readonly values: ReadonlyMap<string, ParamValue>;
  /** As paths take them. */
  readonly paths: ReadonlyMap<string, PathParam>;
  /** Declared, but without a value or with a wrong one, which was reported. */
  readonly missing: readonly string[];
}

const PATH_TYPE = 'path';
/** A default that is an expression is bound inside a cast to the parameter's type. */
const CAST_PREFIX = 'CAST((';
const shifted = ({ start, end }: Span): Span => ({ start: start - CAST_PREFIX.length, end: end - CAST_PREFIX.length });

export function readParameters(
  spec: PipelineSpec,
  given: Readonly<Record<string, string>>,
  constants: RunConstants,
  diagnostics: Diagnostic[],
): Parameters {
  const match = matchParams(spec.params, given);
  diagnostics.push(...match.diagnostics);
  const values = new Map<string, ParamValue>();
  const paths = new Map<string, PathParam>();
  for (const param of match.params) {
    const name = param.spec.name.text;
    const isPath = param.spec.type.text === PATH_TYPE;
    const value = isPath ? { type: STRING, value: param.text } : typedValue(param, constants, values, diagnostics);
    if (value === undefined) continue;
    values.set(name, value);
    paths.set(name, { text: value.value === null ? '' : formatValue(value.value, value.type), isPath });
  }
  const missing = spec.params.map(({ name }) => name.text).filter((name) => !values.has(name));
  addPlaceholders(spec, values);
  return { values, paths, missing };
}

/** Parameters whose value was wrong or missing keep their type, so that expressions with them are not wrong too. */
function addPlaceholders(spec: PipelineSpec, values: Map<string, ParamValue>): void {
  for (const { name, type } of spec.params) {
    if (values.has(name.text)) continue;
    const parsed = parseType(type.text);
    values.set(name.text, { type: 'type' in parsed ? parsed.type : STRING, value: null });
  }
}

function typedValue(
  { spec, text, source, isExpression }: ParamText,
  constants: RunConstants,
  earlier: ReadonlyMap<string, ParamValue>,
  diagnostics: Diagnostic[],
): ParamValue | undefined {
  const name = spec.name.text;
  const parsed = parseType(spec.type.text);
  if ('problems' in parsed) {
    for (const problem of parsed.problems) {
      diagnostics.push(diagnosticAt(problem.code, problem.message, spec.type, problem.span, { hint: problem.hint }));
    }
    return undefined;
  }
  const { type } = parsed;
  if (isExpression && source !== undefined) {
    const bound = bindExpression(`${CAST_PREFIX}${text}) AS ${typeName(type)})`, scopeOf([], earlier));
    if ('problems' in bound) {
      for (const problem of bound.problems) {
        diagnostics.push(
          diagnosticAt(problem.code, problem.message, source, shifted(problem.span), { hint: problem.hint }),
        );
      }
      return undefined;
    }
    const folded = foldConstants(bound.expr, constants);
    if (folded.op === 'literal') return { type, value: folded.value };
    diagnostics.push(
      diagnosticAt('SPEC_PARAM_TYPE', `the default of \`${name}\` has no value as ${typeName(type)}`, source),
    );
    return undefined;
  }
  const value = parseValue(text, type);
  if (value !== undefined) return { type, value };
  diagnostics.push(
    diagnosticAt('SPEC_PARAM_TYPE', `\`${text}\` is not a ${typeName(type)}`, source ?? spec.name, undefined, {
      hint: `the parameter \`${name}\` is declared as ${typeName(type)}`,
    }),
  );
  return undefined;
}
