/** A plan in the format that was asked for. */
import { explainDot } from './explain-dot.js';
import { explainMermaid } from './explain-mermaid.js';
import { type Draw, type DrawOptions, GRAPH_LEVELS, type GraphLevel } from './explain-parts.js';
import { explainText } from './explain-text.js';
import type { PlanDocument } from './plan-document.js';

const DRAWINGS: Readonly<Record<'mermaid' | 'dot', Draw>> = { mermaid: explainMermaid, dot: explainDot };

/** The levels of the plan under headings, or the only one. */
export function planText(plan: PlanDocument, options: DrawOptions): string {
  if (plan.source !== undefined) return plan.source;
  const levels = GRAPH_LEVELS.filter((level) => plan[level] !== undefined);
  if (levels.length === 1) return explainText(plan, levels[0], options);
  const slots = `${plan.slots} ${plan.slots === 1 ? 'slot' : 'slots'}`;
  return levels
    .map((level) => `== ${level}${level === 'job' ? `, ${slots}` : ''} ==\n${explainText(plan, level, options)}`)
    .join('\n\n');
}

export function drawPlan(
  plan: PlanDocument,
  format: 'mermaid' | 'dot',
  level: GraphLevel,
  options: DrawOptions,
): string {
  return DRAWINGS[format](plan, level, options);
}
