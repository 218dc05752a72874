/** Paths into json: steps as a text in the syntax of JSON paths that DuckDB has, and the call that follows them. */
import { JSON_TEXT, STRING, typeName } from '../columnar/data-type.js';
import type { Span } from '../errors.js';
import type { JsonStep } from '../kernels/json-text.js';
import type { BoundExpr } from './bound.js';
import { literal } from './literals.js';
import { fail } from './problem.js';

const PLAIN_KEY = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u;

/** $.items[0]."unit price" */
export function pathText(steps: readonly JsonStep[]): string {
  const shown = steps.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return PLAIN_KEY.test(step) ? `.${step}` : `."${step.replace(/["\\]/g, '\\$&')}"`;
  });
  return `$${shown.join('')}`;
}

const STEP = /\.(?:"((?:[^"\\]|\\.)*)"|([^."[*]+))|\[(#?-?)([0-9]{1,9})\]/sy;

/** The steps of a path; undefined when it is none. A text without $ is one key. */
export function parsePath(text: string): readonly JsonStep[] | undefined {
  if (!text.startsWith('$')) return text.startsWith('/') ? undefined : [text];
  const steps: JsonStep[] = [];
  STEP.lastIndex = 1;
  for (let at = 1; at < text.length; at = STEP.lastIndex) {
    const match = STEP.exec(text);
    if (match === null) return undefined;
    const [, quoted, key, sign, index] = match;
    if (index !== undefined) steps.push(sign === '' ? Number(index) : -Number(index));
    else steps.push(quoted === undefined ? key : quoted.replace(/\\(.)/gs, '$1'));
  }
  return steps;
}

/** What a path leads to: null where there is nothing, or JSON's null. */
export function jsonPath(value: BoundExpr, steps: readonly JsonStep[], span: Span): BoundExpr {
  if (value.type.kind !== 'json') {
    const name = value.op === 'column' ? value.name : 'it';
    const hint = 'declare it as json in `schema:`, or derive it first: CAST(x AS json)';
    fail('EXPR_TYPE_MISMATCH', `${name} is ${typeName(value.type)}, and a path leads into json`, span, hint);
  }
  const path = literal(pathText(steps), STRING, span);
  return { op: 'call', fn: 'json_path', args: [value, path], type: JSON_TEXT, span };
}
