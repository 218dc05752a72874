/** What the tree keeps of the YAML: exact texts, order of keys, anchors and merges; and that nothing crashes it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { readPipeline } from '../../src/spec/pipeline.js';
import type { SpecNode } from '../../src/spec/pipeline-spec.js';
import { readYaml } from '../../src/spec/yaml-tree.js';
import { type Random, random } from '../support/random.js';
import { byTier } from '../support/tier.js';
import { TEST_VERBS } from './test-verbs.js';

const VERBS = new Set(Object.keys(TEST_VERBS));

/** Maps become lists of pairs, so that their order is compared. */
function plain(node: SpecNode | null | undefined): unknown {
  if (node === null || node === undefined) return null;
  if (node.kind === 'scalar') return node.source.text;
  if (node.kind === 'list') return node.items.map(plain);
  return node.entries.map(({ key, value }) => [key.text, plain(value)]);
}

function tree(text: string): unknown {
  const { root, diagnostics } = readYaml({ path: 'p.yaml', text });
  assert.deepEqual(diagnostics, []);
  return plain(root);
}

describe('YAML tree', () => {
  it('keeps the digits and words of scalars', () => {
    const texts = [
      '12345678901234567890',
      '0.10',
      'NA',
      '1e3',
      '0x1F',
      '010',
      'true',
      'Yes',
      'null',
      '~',
      '2026-11-01',
      '1_000',
    ];
    assert.deepEqual(tree(`a: [${texts.join(', ')}]`), [['a', texts]]);
  });

  it('keeps the order of keys, numbers among them', () => {
    assert.deepEqual(tree('b: 1\n10: 2\na: 3\n2: 4\n__proto__: 5\n'), [
      ['b', '1'],
      ['10', '2'],
      ['a', '3'],
      ['2', '4'],
      ['__proto__', '5'],
    ]);
  });

  it('resolves anchors and aliases', () => {
    assert.deepEqual(tree('a: &x { k: v }\nb: *x\nc: [*x, &y z, *y]\n'), [
      ['a', [['k', 'v']]],
      ['b', [['k', 'v']]],
      ['c', [[['k', 'v']], 'z', 'z']],
    ]);
  });

  it('merges maps where << stands; own keys win, earlier maps win over later ones', () => {
    const text = `
x-one: &one { a: 1, b: 1 }
x-two: &two { b: 2, c: 2 }
m:
  z: 0
  <<: [*one, *two]
  a: own
`;
    const top = tree(text) as [string, unknown][];
    assert.deepEqual(top[2], [
      'm',
      [
        ['z', '0'],
        ['b', '1'],
        ['c', '2'],
        ['a', 'own'],
      ],
    ]);
    assert.deepEqual(tree('a: { "<<": b }'), [['a', [['<<', 'b']]]]);
  });

  it('takes a byte order mark and CRLF', () => {
    assert.deepEqual(tree('\uFEFFa: 1\r\nb: |\r\n  c\r\n  d\r\n'), [
      ['a', '1'],
      ['b', 'c\nd\n'],
    ]);
    const { diagnostics } = readPipeline({ path: 'p.yaml', text: '\uFEFFnope: 1\r\nsteps:\r\n  - read: a\r\n' }, VERBS);
    assert.deepEqual([diagnostics[0].place?.line, diagnostics[0].place?.column], [1, 1]);
    assert.equal(diagnostics[0].sourceLine, 'nope: 1');
  });

  it('takes a tab and a character by its number as delimiters', () => {
    assert.deepEqual(tree('a: ["\\t", "\\x01", "\\u001f"]'), [['a', ['\t', '\x01', '\x1f']]]);
  });

  it('refuses nesting that would overflow the stack', () => {
    const { diagnostics } = readYaml({ path: 'p.yaml', text: `a: ${'['.repeat(20000)}` });
    assert.match(diagnostics.map((d) => d.message).join('\n'), /nested more than/);
  });

  it('does not write an alias out as often as it is used', () => {
    const lines = ['x-0: &a0 [1, 1]'];
    for (let i = 1; i < 40; i++) lines.push(`x-${i}: &a${i} [*a${i - 1}, *a${i - 1}]`);
    assert.equal(readYaml({ path: 'p.yaml', text: lines.join('\n') }).diagnostics.length, 0);
  });

  it('gives the texts that YAML gives', () => {
    const rng = random(77);
    const value = (depth: number): unknown => {
      if (depth > 2 || rng.chance(0.5))
        return rng.pick(['a', 'b c', "it's", '1.50', '', 'x, y', '(', 'é😀', 'a\nb\n', '# no']);
      if (rng.chance(0.5)) return Array.from({ length: rng.between(1, 3) }, () => value(depth + 1));
      return Object.fromEntries(Array.from({ length: rng.between(1, 3) }, (_, i) => [`k${i}`, value(depth + 1)]));
    };
    const write = (item: unknown, indent: string): string => {
      if (typeof item === 'string') {
        return rng.chance(0.5) || item.includes('\n')
          ? JSON.stringify(item).replaceAll('\\n', '\n\n  ' + indent)
          : `'${item.replaceAll("'", "''")}'`;
      }
      const deeper = indent + '  ';
      if (Array.isArray(item)) return item.map((one) => `\n${deeper}- ${write(one, deeper + '  ')}`).join('');
      return Object.entries(item as object)
        .map(([key, one]) => `\n${deeper}${key}: ${write(one, deeper + '  ')}`)
        .join('');
    };
    const pairs = (item: unknown): unknown => {
      if (Array.isArray(item)) return item.map(pairs);
      if (typeof item !== 'object' || item === null) return item;
      return Object.entries(item).map(([key, one]) => [key, pairs(one)]);
    };
    for (let round = 0; round < byTier(150, 3000); round++) {
      const text = `a: ${write(value(0), '')}\n`;
      assert.deepEqual(
        tree(text),
        pairs(parse(text, { schema: 'failsafe' })),
        `seed ${rng.seed} round ${round}\n${text}`,
      );
    }
  });
});

const SEEDS: readonly string[] = [
  'name: a\nparams:\n  day: date\n  floor: { type: int, default: 0 }\nrun:\n  memory: 1GiB\n  restart: { strategy: none }\nsteps:\n  - name: orders\n    read: [a.csv, "b*.csv"]\n    schema: { id: bigint }\n  - filter: a > $floor -- x\n  - aggregate:\n      n: count(*)\n    by: [a, { b: c }]\n  - write: out/${day}.csv\n',
  'x-a: &a\n  header: false\n  nulls: [NA, ""]\nsteps:\n  - read: x\n    <<: *a\n  - derive:\n      a: |\n        CASE WHEN a\n        THEN b END\n      b: >-\n        a\n        + b\n  - write: stdout\n',
];
const SPLICES = [
  '\n',
  ' ',
  '\t',
  '- ',
  ': ',
  '*',
  '&a ',
  '!',
  '|',
  '>',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  '#',
  '---\n',
  '<<: ',
  '%',
  '@',
  '\\',
  '\r',
  '\0',
  '\uFEFF',
  '😀',
  '? ',
  '*a',
  '...\n',
];

function mutate(rng: Random): string {
  let text = rng.pick(SEEDS);
  for (let edits = rng.between(1, 6); edits > 0; edits--) {
    const at = rng.int(text.length + 1);
    const to = Math.min(text.length, at + rng.int(rng.chance(0.2) ? 40 : 4));
    const put = rng.chance(0.7) ? rng.pick(SPLICES) : text.slice(rng.int(text.length), rng.int(text.length));
    text = text.slice(0, at) + put + text.slice(to);
  }
  return text;
}

describe('mutated pipelines', () => {
  it('are read or refused with a place, never more', () => {
    const rng = random(4242);
    const rounds = byTier(600, 15_000);
    let refused = 0;
    for (let round = 0; round < rounds; round++) {
      const text = mutate(rng);
      const what = `seed ${rng.seed} round ${round}\n${JSON.stringify(text)}`;
      const lines = text.split('\n').length;
      const { spec, diagnostics } = (() => {
        try {
          return readPipeline({ path: 'p.yaml', text }, VERBS);
        } catch (error) {
          throw new Error(what, { cause: error });
        }
      })();
      if (diagnostics.length > 0) refused++;
      else assert.ok(spec, what);
      for (const { message, place, sourceLine } of diagnostics) {
        assert.ok(
          place?.line && place.column && place.line <= lines && sourceLine !== undefined,
          `${what}\n${message}`,
        );
        assert.ok(place.column <= [...sourceLine].length + 1, `${what}\n${message} ${place.column}`);
        assert.doesNotMatch(message, /undefined|\[object/, what);
      }
      for (const step of spec?.steps ?? []) {
        assert.equal(text.slice(step.verbSource.offsetAt(0)).startsWith(step.verb.slice(0, 1)), true, what);
      }
    }
    assert.ok(refused > (rounds * 2) / 3, String(refused));
  });
});
