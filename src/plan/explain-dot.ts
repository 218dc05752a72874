/** A level of a plan for Graphviz: a cluster for each chain, bold edges for exchanges. */
import { wrapText } from '../spec/display-width.js';
import {
  type Draw,
  exchangeLabel,
  inputsOf,
  nodeLines,
  nodeTitle,
  operatorLines,
  operatorTitle,
  vertexTitle,
} from './explain-parts.js';
import type { PlanVertex } from './plan-document.js';

const LABEL_COLUMNS = 60;

export const explainDot: Draw = (plan, level, options) => {
  const body =
    level === 'job'
      ? [
          ...plan.job!.flatMap((vertex) => cluster(vertex, options)),
          ...plan.job!.flatMap((vertex) =>
            vertex.inputs.map((input) => {
              const from = operatorId({ id: input.vertex }, input.operator);
              return `  ${from} -> ${operatorId(vertex, 0)} [label="${escapeText(exchangeLabel(input))}", style=bold];`;
            }),
          ),
        ]
      : plan[level]!.flatMap((node) => [
          `  n${node.id} [label="${label([nodeTitle(node), ...nodeLines(node, inputsOf(node, plan[level]!), options)])}"];`,
          ...node.inputs.map((input) => `  n${input} -> n${node.id};`),
        ]);
  return [
    `digraph "${escapeText(plan.pipeline)}" {`,
    '  node [shape=box, fontname="Courier", fontsize=10];',
    '  edge [fontname="Courier", fontsize=10];',
    ...body,
    '}',
  ].join('\n');
};

function cluster(vertex: PlanVertex, options: Parameters<Draw>[2]): readonly string[] {
  return [
    `  subgraph cluster_${vertex.id} {`,
    `    label="${escapeText(vertexTitle(vertex))}";`,
    ...vertex.chain.flatMap((operator) => {
      const shown = label([operatorTitle(operator), ...operatorLines(operator, options)]);
      const id = operatorId(vertex, operator.id);
      const edge = operator.input === undefined ? [] : [`    ${operatorId(vertex, operator.input)} -> ${id};`];
      return [`    ${id} [label="${shown}"];`, ...edge];
    }),
    '  }',
  ];
}

function operatorId({ id }: Pick<PlanVertex, 'id'>, operator: number): string {
  return `v${id}o${operator}`;
}

/** Lines that begin at the left. */
function label(lines: readonly string[]): string {
  return lines
    .flatMap((line) => wrapText(line, LABEL_COLUMNS))
    .map((line) => `${escapeText(line)}\\l`)
    .join('');
}

/** Of a quoted string; Graphviz reads HTML's entities in it too. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replace(/["\\]/g, '\\$&').replace(/\s/g, ' ');
}
