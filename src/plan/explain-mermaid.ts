/** A level of a plan as a Mermaid flowchart: a subgraph for each chain, thick edges for exchanges. */
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

export const explainMermaid: Draw = (plan, level, options) => {
  if (level === 'job') {
    const vertices = plan.job!;
    return [
      'flowchart TB',
      ...vertices.flatMap((vertex) => [
        `  subgraph v${vertex.id}[${label([vertexTitle(vertex)])}]`,
        ...vertex.chain.map((operator) => {
          const shown = label([operatorTitle(operator), ...operatorLines(operator, options)]);
          return `    ${operatorId(vertex, operator.id)}[${shown}]`;
        }),
        ...vertex.chain.flatMap(({ id, input }) =>
          input === undefined ? [] : [`    ${operatorId(vertex, input)} --> ${operatorId(vertex, id)}`],
        ),
        '  end',
      ]),
      ...vertices.flatMap((vertex) =>
        vertex.inputs.map((input) => {
          const from = operatorId({ id: input.vertex }, input.operator);
          return `  ${from} ==>|${label([exchangeLabel(input)])}| ${operatorId(vertex, 0)}`;
        }),
      ),
    ].join('\n');
  }
  const nodes = plan[level]!;
  return [
    'flowchart TB',
    ...nodes.map((node) => {
      const shown = label([nodeTitle(node), ...nodeLines(node, inputsOf(node, nodes), options)]);
      return `  n${node.id}[${shown}]`;
    }),
    ...nodes.flatMap(({ id, inputs }) => inputs.map((input) => `  n${input} --> n${id}`)),
  ].join('\n');
};

function operatorId({ id }: Pick<PlanVertex, 'id'>, operator: number): string {
  return `v${id}o${operator}`;
}

function label(lines: readonly string[]): string {
  const wrapped = lines.flatMap((line) => wrapText(line, LABEL_COLUMNS));
  return `"${wrapped.map(escapeLabel).join('<br/>')}"`;
}

/** Characters that Mermaid, Markdown or HTML would act on, as Mermaid's own entities. */
function escapeLabel(text: string): string {
  return text.replace(/[#&"<>`*_~\\[\]{}|;]/g, (character) => `#${character.charCodeAt(0)};`).replace(/\s/g, ' ');
}
