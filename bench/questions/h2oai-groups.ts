/** The ten group-by questions of h2oai's db-benchmark, ten million rows, CSV in and CSV out. */
import { h2oaiGroups } from '../data.js';
import type { Question } from '../question.js';

export const H2OAI_GROUPS: readonly Question[] = [
  question(1, ['id1'], { v1: 'sum(v1)' }),
  question(2, ['id1', 'id2'], { v1: 'sum(v1)' }),
  question(3, ['id3'], { v1: 'sum(v1)', v3: 'avg(v3)' }),
  question(4, ['id4'], { v1: 'avg(v1)', v2: 'avg(v2)', v3: 'avg(v3)' }),
  question(5, ['id6'], { v1: 'sum(v1)', v2: 'sum(v2)', v3: 'sum(v3)' }),
  question(6, ['id4', 'id5'], { median: 'median(v3)', sd: 'stddev(v3)' }),
  question(7, ['id3'], { range: 'max(v1) - min(v2)' }),
  largestTwo(8),
  question(9, ['id2', 'id4'], { r2: 'pow(corr(v1, v2), 2)' }),
  question(10, ['id1', 'id2', 'id3', 'id4', 'id5', 'id6'], { v3: 'sum(v3)', count: 'count(*)' }),
];

function question(number: number, keys: readonly string[], calls: Readonly<Record<string, string>>): Question {
  const outputs = Object.entries(calls);
  return {
    name: `h2oai-groups-${number}`,
    target: 1,
    input: () => h2oaiGroups(10_000_000),
    pipeline: `
steps:
  - read: $in
  - aggregate:
${outputs.map(([name, call]) => `      ${name}: ${call}`).join('\n')}
    by: [${keys.join(', ')}]
  - write: $out
`,
    sql: `copy (select ${keys.join(', ')}, ${outputs.map(([name, call]) => `${call} as "${name}"`).join(', ')} from read_csv('$in') group by ${keys.join(', ')}) to '$out' (header)`,
    compare: { keys },
  };
}

/** The two largest values of each group. */
function largestTwo(number: number): Question {
  return {
    name: `h2oai-groups-${number}`,
    target: 1,
    input: () => h2oaiGroups(10_000_000),
    pipeline: `
steps:
  - read: $in
  - over:
      rank: row_number()
    by: [id6]
    order_by: [v3 desc]
  - filter: rank <= 2
  - select: [id6, rank, v3]
  - write: $out
`,
    sql: `copy (select id6, rank, v3 from (select id6, v3, row_number() over (partition by id6 order by v3 desc) as rank from read_csv('$in')) where rank <= 2) to '$out' (header)`,
    compare: { keys: ['id6', 'rank'] },
  };
}
