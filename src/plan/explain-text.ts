/**
 * A level of a plan as text for people. Logical: a node a paragraph, with what it does and the columns that it changes.
 *
 *     #2 project  <- #1
 *        total: price * quantity
 *        : all of #1, total decimal(18,4)
 *
 * Job: a vertex a paragraph, its chain as a tree, and where its rows go.
 *
 *     vertex 0: chain of 2 operators, at most 4 tasks
 *       csv-source  read orders
 *       │  orders.csv
 *       └─ partial-aggregate  aggregate
 *          ╚═ range exchange, blocking ═> vertex 1
 */
import { wrapText } from '../spec/display-width.js';
import {
  type Draw,
  type DrawOptions,
  exchangeLabel,
  inputsOf,
  nodeLines,
  nodeTitle,
  operatorLines,
  operatorTitle,
  vertexLines,
  vertexTitle,
} from './explain-parts.js';
import type { PlanNode, PlanVertex } from './plan-document.js';

/** Fewer leave nothing of an expression together. */
const LEAST_COLUMNS = 20;

export const explainText: Draw = (plan, level, options) => {
  if (level === 'job') return plan.job!.map((vertex) => vertexText(vertex, plan.job!, options)).join('\n\n');
  return plan[level]!.map((node) => nodeText(node, plan[level]!, options)).join('\n');
};

function nodeText(node: PlanNode, nodes: readonly PlanNode[], options: DrawOptions): string {
  const inputs = inputsOf(node, nodes);
  const from = inputs.length === 0 ? '' : `  <- ${inputs.map(({ id }) => `#${id}`).join(', ')}`;
  return [`${nodeTitle(node)}${from}`, ...indented('   ', nodeLines(node, inputs, options), options)].join('\n');
}

function vertexText({ id, chain, ...vertex }: PlanVertex, all: readonly PlanVertex[], options: DrawOptions): string {
  const lines = [
    vertexTitle({ id, chain, ...vertex }),
    ...indented('  ', vertexLines({ id, chain, ...vertex }, options), options),
    ...vertex.inputs.map((input) => `  <═ ${exchangeLabel(input)} ═ vertex ${input.vertex}`),
  ];
  const show = (index: number, indent: string, branch: string): void => {
    const operator = chain[index];
    const feeds = all.flatMap((other) =>
      other.inputs
        .filter((input) => input.vertex === id && input.operator === index)
        .map((input) => `═ ${exchangeLabel(input)} ═> vertex ${other.id}`),
    );
    lines.push(`${indent}${branch}${operatorTitle(operator)}`);
    const below = indent + (branch === '' ? '' : branch === '└─ ' ? '   ' : '│  ');
    const children = chain.filter(({ input }) => input === index);
    const rail = children.length > 0 ? '│  ' : feeds.length > 0 ? '║  ' : '   ';
    lines.push(...indented(below + rail, operatorLines(operator, options), options));
    for (const [position, child] of children.entries()) {
      const isLast = position === children.length - 1 && feeds.length === 0;
      show(child.id, below, isLast ? '└─ ' : '├─ ');
    }
    for (const feed of feeds) lines.push(`${below}╚${feed}`);
  };
  show(0, '  ', '');
  return lines.join('\n');
}

function indented(indent: string, lines: readonly string[], { columns }: DrawOptions): readonly string[] {
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_COLUMNS, columns - indent.length - 2);
  return lines.flatMap((line) =>
    wrapText(line, room).map((part, index) => `${indent}${index === 0 ? '' : '  '}${part.replaceAll('\u00a0', ' ')}`),
  );
}
