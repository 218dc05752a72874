/**
 * Why a column is text: of a mistake about types, the columns of files that it is about whose values are numbers or
 * dates but for some.
 */
import type { LogicalNode } from '../dataflow/logical-graph.js';
import type { Diagnostic, ErrorCode, RelatedPlace } from '../errors.js';

const ABOUT_TYPES: ReadonlySet<ErrorCode> = new Set(['EXPR_TYPE_MISMATCH', 'EXPR_ARGUMENTS', 'EXPR_NOT_BOOLEAN']);

/** The diagnostic with the values that made texts of the columns that it names. `nodes`: what the step reads. */
export function withOddTexts(
  diagnostic: Diagnostic,
  nodes: readonly LogicalNode[],
  all: readonly LogicalNode[],
): Diagnostic {
  if (!ABOUT_TYPES.has(diagnostic.code)) return diagnostic;
  const { message, place, sourceLine = '', related = [] } = diagnostic;
  const from = (place?.column ?? 1) - 1;
  const marked = [...sourceLine].slice(from, from + (place?.length ?? 0)).join('');
  const words = new Set(`${marked} ${message}`.match(/[\p{L}\p{N}_]+/gu));
  const isMentioned = (name: string): boolean => words.has(name) || marked.includes(name);
  const found = scansAbove(nodes, all).flatMap(({ operator }): RelatedPlace[] => {
    if (operator.op !== 'scan') return [];
    return operator.columns.flatMap(({ name, oddText }) => {
      const odd = isMentioned(name) ? oddText?.() : undefined;
      return odd === undefined
        ? []
        : [
            {
              place: odd.place,
              message: `${name} is text because of ${odd.text}; \`nulls: [${odd.text}]\` makes null of it`,
            },
          ];
    });
  });
  return found.length === 0 ? diagnostic : { ...diagnostic, related: [...related, ...found] };
}

function scansAbove(nodes: readonly LogicalNode[], all: readonly LogicalNode[]): readonly LogicalNode[] {
  const seen = new Set<LogicalNode>();
  const visit = (node: LogicalNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const id of node.inputs) visit(all[id]);
  };
  nodes.forEach(visit);
  return [...seen].filter(({ operator }) => operator.op === 'scan');
}
