/**
 * Words that the language is to have: whoever writes one is told that it is not there yet, at its place. Would catch a
 * planned word that is taken for a slip, and one that has come and is still refused.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import { VERBS } from '../../src/operators/verbs.js';
import type { SourceText } from '../../src/spec/pipeline-spec.js';
import { plannedKey, plannedVerb } from '../../src/spec/planned.js';
import { leat } from '../support/leat.js';

const MARK = '¦';

const PLANNED: readonly string[] = [
  ...[
    ...['repartition: hash', 'iterate: r', 'sql: SELECT 1'],
    ...['map: a.js', 'flat_map: a.js', 'reduce: a.js', 'process: a.js'],
  ].map((verb) => `  - read: in.csv\n  - ¦${verb}\n  - write: out.csv\n`),
  ...[
    ...['incremental: true', 'min_age: 5m', 'follow: true', 'watermark: { time: at }'],
    ...['chain: false', 'slot_group: a'],
  ].map((key) => `  - read: in.csv\n    ¦${key}\n  - write: out.csv\n`),
  ...['roll: 1h', 'manifest: true'].map((key) => `  - read: in.csv\n  - write: out.csv\n    ¦${key}\n`),
  ...[
    '  - read: ¦in.csv.xz\n    format: csv\n  - write: out.csv\n',
    '  - read: in.csv\n  - write: ¦out.csv.bz2\n',
    '  - read: in.csv\n  - write: ¦out.xz\n    format: csv\n',
    '  - read: in.csv\n  - write: ¦out/\n    format: csv\n    compression: gzip\n',
    '  - read: in.csv\n  - write: ¦out.csv.gz\n    mode: append\n',
    '  - read: in.csv\n  - aggregate: { n: count(*) }\n    ¦window: { tumble: 1m }\n  - write: out.csv\n',
    '  - read: in.csv\n  - distinct: true\n    ¦ttl: 1d\n  - write: out.csv\n',
    '  - read: in.csv\n  - dedupe: id\n    ¦ttl: 1d\n  - write: out.csv\n',
    '  - name: r\n    read: in.csv\n  - join: r\n    on: id\n    ¦within: 5m\n  - write: out.csv\n',
  ],
];

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'leat-planned-'));
  writeFileSync(join(folder, 'in.csv'), 'id\n1\n');
});
after(() => rmSync(folder, { recursive: true }));

describe('what is planned', () => {
  for (const marked of PLANNED) {
    it(marked.trim().replace(/\s+/g, ' '), async () => {
      const before = `steps:\n${marked.slice(0, marked.indexOf(MARK))}`;
      const path = join(folder, 'p.yaml');
      writeFileSync(path, `steps:\n${marked.replace(MARK, '')}`);
      const { diagnostics } = await checkPipeline(path, { env: {} });
      const place = `${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`;
      assert.deepEqual(
        diagnostics.map((one) => [one.code, `${one.place?.line}:${one.place?.column}`]),
        [['SPEC_PLANNED', place]],
        JSON.stringify(diagnostics, null, 2),
      );
      assert.match(diagnostics[0].message, /^leat does not have .* yet$/);
    });
  }

  it('is no verb or key that is there', () => {
    const source = (text: string): SourceText => {
      const file = { path: 'p.yaml', text };
      return { text, file, span: { start: 0, end: text.length }, offsetAt: (index) => index, style: 'plain' };
    };
    for (const [verb, { schema }] of VERBS) {
      assert.equal(plannedVerb(source(verb)), undefined, verb);
      for (const key of Object.keys(schema.options))
        assert.equal(plannedKey(verb, source(key)), undefined, `${verb}.${key}`);
    }
  });

  it('is a command or a flag', async () => {
    for (const args of [
      ['history'],
      ['run', 'p.yaml', '--rejects', 'r.csv'],
      ['sql', 'SELECT 1'],
      ['run', 'p.yaml', '--junit', 'x'],
    ]) {
      const { status, stderr } = await leat(args);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /error SPEC_PLANNED\n {2}leat does not have the (command|flag) .* yet\n {2}hint: /);
    }
  });
});
