/** Pipelines mutated by bytes and by lines and words: whatever comes out is checked, and every complaint has a place. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPipeline } from '../../../src/engine.js';
import { VERBS } from '../../../src/operators/verbs.js';
import { layOut } from '../../support/pipeline-case.js';
import { PIPELINE_CASES } from '../../support/pipeline-cases.js';
import { type Random, random } from '../../support/random.js';

/** Checking one takes some milliseconds; what takes a thousand times as long hangs. */
const LONGEST_CHECK_MS = 10_000;

const WORDS = [
  ...VERBS.keys(),
  ...['from', 'name', 'by', 'on', 'type', 'take', 'suffix', 'having', 'schema', 'severity', 'offset', 'rows'],
  ...[
    'true',
    'null',
    '1',
    '-1',
    '99999999999999999999',
    '""',
    "''",
    '{}',
    '[]',
    '[',
    '}',
    '|',
    '>-',
    '&a',
    '*a',
    '<<',
    '!x',
  ],
  ...[
    '$floor',
    '${x}',
    '*',
    '(',
    "'",
    '"',
    ':',
    '- ',
    '#',
    '\t',
    '\n',
    '\u0000',
    'é',
    '😀',
    'sum(',
    'count(*)',
    'CASE',
  ],
];

export async function fuzzPipelines(rounds: number, firstSeed: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-fuzz-'));
  try {
    for (const testCase of PIPELINE_CASES) layOut(testCase, folder);
    for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
      const rng = random(seed);
      const text = mutate(rng, rng.pick(PIPELINE_CASES).pipeline);
      const path = join(folder, 'fuzzed.yaml');
      writeFileSync(path, text);
      const begin = performance.now();
      const { diagnostics } = await checkPipeline(path, { env: {} });
      const explanation = `seed ${seed}\n${text}`;
      assert.ok(performance.now() - begin < LONGEST_CHECK_MS, explanation);
      for (const { code, message, place } of diagnostics) {
        assert.notEqual(code, 'INTERNAL', `${message}\n${explanation}`);
        assert.ok(message.length > 0 && place?.file !== undefined, `${code}: ${message}\n${explanation}`);
        if (place.file === path) assert.ok(place.line !== undefined, `${code}: ${message}\n${explanation}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function mutate(rng: Random, text: string): string {
  let mutated = text;
  for (let change = rng.between(1, 4); change > 0; change--) mutated = mutateOnce(rng, mutated);
  return mutated;
}

function mutateOnce(rng: Random, text: string): string {
  const at = rng.int(text.length + 1);
  const lines = text.split('\n');
  const line = rng.int(lines.length);
  const word = rng.pick(WORDS);
  switch (rng.int(8)) {
    case 0:
      return text.slice(0, at) + text.slice(at + rng.between(1, 6));
    case 1:
      return text.slice(0, at) + word + text.slice(at);
    case 2:
      return text.slice(0, at) + String.fromCharCode(rng.int(128)) + text.slice(at + 1);
    case 3:
      return lines.filter((_, i) => i !== line).join('\n');
    case 4:
      return [...lines.slice(0, line), rng.pick(lines), ...lines.slice(line)].join('\n');
    case 5:
      lines[line] = rng.chance(0.5) ? `  ${lines[line]}` : lines[line].replace(/^ {1,2}/, '');
      return lines.join('\n');
    default: {
      const words = lines[line].match(/[\w$]+/g) ?? [];
      if (words.length > 0) lines[line] = lines[line].replace(rng.pick(words), () => word);
      return lines.join('\n');
    }
  }
}
