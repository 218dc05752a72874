/**
 * `extract`: parts of a text as columns. Lowers to two projections: one matches the pattern, once a row, and has what its
 * groups took in a column of its own; the next makes columns of it.
 */
import { STRING, typeName } from '../columnar/data-type.js';
import type { ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import { callOf } from '../expr/bind-call.js';
import { bindCast } from '../expr/bind-cast.js';
import type { BoundExpr } from '../expr/bound.js';
import { compilePattern, isBad, namedGroups } from '../expr/functions/regex-pattern.js';
import { jsonPath } from '../expr/json-path.js';
import { literal } from '../expr/literals.js';
import { ERROR_OPTIONS, REJECTS } from '../spec/error-options.js';
import type { NamedText } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { didYouMean } from '../spec/suggest.js';
import { columnExpr, handedOn, requireColumn } from './columns.js';
import { schemaOf } from './select.js';

export const EXTRACT = defineVerb({
  verb: 'extract',
  summary:
    'Parts of a text as columns: one for each named group of a regular expression; null where the pattern does not match.',
  example:
    "- extract: line\n  pattern: '(?P<method>[A-Z]+) (?P<path>\\S+) (?P<status>\\d+)'\n  schema:\n    status: int",
  hasInput: true,
  hasOutput: true,
  sides: [REJECTS],
  schema: {
    value: { kind: 'name', required: true, doc: 'a column of texts' },
    options: {
      pattern: {
        kind: 'string',
        required: true,
        doc: 'a regular expression in the syntax of RE2, with groups `(?P<name>...)`',
      },
      schema: { kind: 'pairs', doc: 'types of groups; default: string' },
      ...ERROR_OPTIONS,
    },
  },
  async lower(context, { value, options: { pattern, schema: types = [] } }) {
    const { schema } = context.input!;
    const slot = requireColumn(context, value, schema);
    const names = groupNames(context, pattern);
    if (slot === undefined || names === undefined) return undefined;
    const text = columnExpr(schema, slot);
    if (text.type.kind !== 'string') {
      const hint = 'CAST it to string in a `derive` before';
      const message = `${value.text} is ${typeName(text.type)}, and \`extract\` takes texts apart`;
      context.report(diagnosticAt('EXPR_TYPE_MISMATCH', message, value, undefined, { hint }));
      return undefined;
    }
    if (isClash(context, names, schema, pattern) || isUnknown(context, names, types)) return undefined;
    const { span } = text;
    const groups = callOf('regexp_groups', [text, literal(pattern.text, STRING, span)], span);
    const matched: ProjectColumn[] = [
      ...handedOn(schema, context.origin(value)),
      { name: '#groups', expr: groups, origin: context.origin(pattern) },
    ];
    const input = context.add({ op: 'project', columns: matched }, [context.input!], schemaOf(matched));
    const parts = names.map((name, index) => {
      const group = jsonPath(columnExpr(input.schema, schema.length), [index], span);
      return partOf(context, name, group, types.find((type) => type.name.text === name)?.text, pattern);
    });
    if (parts.some((part) => part === undefined)) return undefined;
    const columns = [...handedOn(schema, context.origin(value)), ...parts.map((part) => part!)];
    return context.add({ op: 'project', columns }, [input], schemaOf(columns));
  },
});

/** The names of its groups; undefined when the pattern is wrong or has none, which is reported. */
function groupNames(context: LoweringContext, pattern: SourceText): readonly string[] | undefined {
  const compiled = compilePattern(pattern.text, '');
  if (isBad(compiled)) {
    const { message, hint } = compiled;
    context.report(diagnosticAt('SPEC_BAD_VALUE', message, pattern, undefined, { hint }));
    return undefined;
  }
  const names = namedGroups(compiled).map(([name]) => name);
  if (names.length > 0) return names;
  context.report(
    diagnosticAt('SPEC_BAD_VALUE', 'no group of the pattern has a name', pattern, undefined, {
      hint: 'a group makes a column: (?P<status>[0-9]+)',
    }),
  );
  return undefined;
}

function isClash(
  context: LoweringContext,
  names: readonly string[],
  schema: readonly { readonly name: string }[],
  pattern: SourceText,
): boolean {
  const clash = names.find((name) => schema.some((field) => field.name === name));
  if (clash === undefined) return false;
  const hint = 'give the group another name, or `drop` the column before';
  const message = `there is a column "${clash}" already`;
  context.report(diagnosticAt('PLAN_DUPLICATE_COLUMN', message, pattern, undefined, { hint }));
  return true;
}

function isUnknown(context: LoweringContext, names: readonly string[], types: readonly NamedText[]): boolean {
  const unknown = types.filter(({ name }) => !names.includes(name.text));
  for (const { name } of unknown) {
    const hint = didYouMean(name.text, names, 'groups');
    context.report(diagnosticAt('SPEC_BAD_VALUE', `the pattern has no group ${name.text}`, name, undefined, { hint }));
  }
  return unknown.length > 0;
}

/** What a group took, in the type that is asked for. */
function partOf(
  context: LoweringContext,
  name: string,
  group: BoundExpr,
  type: SourceText | undefined,
  pattern: SourceText,
): ProjectColumn | undefined {
  const result = bindCast(group, type?.text ?? typeName(STRING));
  if ('expr' in result) return { name, expr: result.expr, origin: context.origin(type ?? pattern) };
  for (const { code, message, span, hint } of result.problems) {
    context.report(diagnosticAt(code, message, type ?? pattern, span, { hint }));
  }
  return undefined;
}
