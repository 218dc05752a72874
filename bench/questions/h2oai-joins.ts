/** The five join questions of h2oai's db-benchmark, ten million rows on the left, CSV in and CSV out. */
import { h2oaiJoin } from '../data.js';
import type { Question } from '../question.js';

const ROWS = 10_000_000;

export const H2OAI_JOINS: readonly Question[] = [
  question(1, 'small', 'id1', 'inner', ['v2']),
  question(2, 'medium', 'id2', 'inner', ['v2']),
  question(3, 'medium', 'id2', 'left', ['v2']),
  question(4, 'medium', 'id5', 'inner', ['v2']),
  question(5, 'big', 'id3', 'inner', ['v2']),
];

function question(
  number: number,
  right: 'small' | 'medium' | 'big',
  key: string,
  type: 'inner' | 'left',
  take: readonly string[],
): Question {
  return {
    name: `h2oai-joins-${number}`,
    target: 1,
    input: () => h2oaiJoin('x', ROWS),
    other: () => h2oaiJoin(right, ROWS),
    pipeline: `
steps:
  - name: right
    read: $other
  - read: $in
  - join: right
    type: ${type}
    on: ${key}
    take: [${take.join(', ')}]
  - write: $out
`,
    sql: `copy (select x.*, ${take.map((column) => `r.${column}`).join(', ')} from read_csv('$in') x ${type} join read_csv('$other') r on x.${key} = r.${key}) to '$out' (header)`,
    compare: { keys: ['id3'] },
  };
}
