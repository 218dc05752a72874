/** Three million rows in windows by key, of each kind that costs something else; all columns are written. */
import { events } from '../data.js';
import type { Question } from '../question.js';

interface Window {
  readonly calls: readonly string[];
  readonly order?: string;
  readonly frame?: string;
}

const window = (name: string, { calls, order, frame }: Window): Question => ({
  name,
  target: 1,
  input: () => events(3_000_000),
  pipeline: `
steps:
  - read: $in
  - over:
${calls.map((call, i) => `      w${i}: ${call}\n`).join('')}    by: [k]
${order === undefined ? '' : `    order_by: [${order}]\n`}${frame === undefined ? '' : `    frame: ${frame}\n`}
  - write: $out
`,
  sql: `copy (select *, ${calls.map((call, i) => `${call} over w as w${i}`).join(', ')} from read_csv('$in') as events
  window w as (partition by k ${order === undefined ? '' : `order by events.${order}`} ${frame ?? ''})) to '$out' (header)`,
  compare: { keys: ['id'] },
});

export const WINDOWS: readonly Question[] = [
  window('windows-running', { calls: ['row_number()', 'sum(v)'], order: 't' }),
  window('windows-neighbours', { calls: ['lag(v)', 'lead(v)'], order: 't' }),
  window('windows-ranks', { calls: ['rank()', 'dense_rank()'], order: 'v' }),
  window('windows-moving', { calls: ['avg(x)'], order: 't', frame: 'rows 6 preceding' }),
  window('windows-whole', { calls: ['sum(v)'] }),
  window('windows-ntile', { calls: ['ntile(4)'], order: 't' }),
  window('windows-extremes', {
    calls: ['max(v)', 'min(v)'],
    order: 't',
    frame: 'rows between 10 preceding and 10 following',
  }),
  window('windows-range', {
    calls: ['sum(v)', 'count(*)'],
    order: 'at',
    frame: "range between interval '7 days' preceding and current row",
  }),
];
