/**
 * Text that is not UTF-8: the same rows as of the same text in UTF-8, at their lines. Would catch characters that a piece of a
 * file tears apart, and an encoding that is guessed.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { checkPipeline } from '../../src/engine.js';
import type { LeatError } from '../../src/errors.js';
import { pieceDecoder } from '../../src/formats/encodings.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-encodings-'));
after(() => rmSync(folder, { recursive: true }));
const spillDir = join(folder, 'spill');
mkdirSync(spillDir);

const WIDE = 'a,b\n1,é “x” €\n2,"漢字, 𝄞"\n3,\n'.repeat(1);
const NARROW = 'a,b\n1,é ÿ\n2,"Ø, ñ"\n';
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const windows = (text: string): Buffer =>
  Buffer.from(text.replaceAll('€', '\x80').replaceAll('“', '\x93').replaceAll('”', '\x94'), 'latin1');

function lay(bytes: Buffer, encoding: string, more = ''): string {
  writeFileSync(join(folder, 'in.csv'), bytes);
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `steps:\n  - read: in.csv\n    encoding: ${encoding}\n${more}  - write: out.csv\n`);
  return path;
}

const run = async (path: string, stdin?: Readable): Promise<string> => {
  await runPipeline(path, { env: {}, spillDir, stdin });
  assert.deepEqual(readdirSync(spillDir), []);
  return readFileSync(join(folder, 'out.csv'), 'utf8');
};

describe('an encoding', () => {
  const euro = 'a,b\n1,“5 €”\n';
  for (const [encoding, bytes, text] of [
    ['utf-16', Buffer.from(`\ufeff${WIDE}`, 'utf16le'), WIDE],
    ['utf-16', utf16be(`\ufeff${WIDE}`), WIDE],
    ['utf-16le', Buffer.from(WIDE, 'utf16le'), WIDE],
    ['utf-16be', utf16be(WIDE), WIDE],
    ['latin-1', Buffer.from(NARROW, 'latin1'), NARROW],
    ['windows-1252', windows(euro), euro],
    ['[utf-8, windows-1252]', windows(euro), euro],
    ['[utf-8, windows-1252]', Buffer.from(WIDE), WIDE],
    ['[utf-8, utf-16, latin-1]', Buffer.from(NARROW, 'latin1'), NARROW],
    ['[utf-16, latin-1]', utf16be(`\ufeff${WIDE}`), WIDE],
  ] as const) {
    it(`gives the text: ${encoding}`, async () => {
      assert.equal(await run(lay(bytes, encoding)), text);
      assert.equal(await run(lay(bytes, encoding, '    schema: { a: string, b: string }\n')), text);
    });
  }

  it('is that of standard input, too, and of lines and JSON', async () => {
    const path = lay(Buffer.from(''), 'latin-1');
    writeFileSync(path, readFileSync(path, 'utf8').replace('in.csv', 'stdin'));
    assert.equal(await run(path, Readable.from([Buffer.from(NARROW, 'latin1')])), NARROW);
    assert.equal(await run(lay(Buffer.from('é\nÿ\n', 'latin1'), 'latin-1', '    format: lines\n')), 'line\né\nÿ\n');
    assert.equal(await run(lay(Buffer.from('{"a":"é"}\n', 'latin1'), 'latin-1', '    format: jsonl\n')), 'a\né\n');
  });

  it('leaves rows at their lines and columns', async () => {
    const path = lay(utf16be('\ufeffb,a\né,1\nññ,x\n'), 'utf-16', '    schema: { a: int }\n');
    await assert.rejects(run(path), (error: LeatError) => {
      const [{ code, place }] = error.diagnostics;
      assert.deepEqual(
        [code, place?.file, place?.line, place?.column],
        ['FORMAT_CSV_VALUE', join(folder, 'in.csv'), 3, 4],
      );
      return true;
    });
    assert.deepEqual(readdirSync(spillDir), []);
  });

  for (const [name, encoding, bytes] of [
    ['a byte that stands for nothing', 'windows-1252', Buffer.from('a\n\x81\n', 'latin1')],
    ['no mark', 'utf-16', utf16be(WIDE)],
    ['half a character', 'utf-16be', utf16be(WIDE).subarray(1)],
    ['a half of a pair', 'utf-16le', Buffer.from('a\n\ud834\n', 'utf16le')],
    ['none of a list', '[utf-8, utf-16]', Buffer.from(NARROW, 'latin1')],
    ['a compressed file', 'latin-1', gzipSync(NARROW)],
  ] as const) {
    it(`is refused: ${name}`, async () => {
      const { diagnostics } = await checkPipeline(lay(bytes, encoding), { env: {}, spillDir });
      assert.deepEqual(
        diagnostics.map(({ code, place }) => [code, place?.line]),
        [['FORMAT_ENCODING', 2]],
      );
      assert.deepEqual(readdirSync(spillDir), []);
    });
  }

  for (const [encoding, file, code] of [
    ['utf8', 'in.csv', 'SPEC_BAD_VALUE'],
    ['latin-1', 'none.csv', 'FORMAT_FILE_MISSING'],
    ['latin-1', '.', 'FORMAT_IO'],
  ] as const) {
    it(`is an error: ${encoding} of ${file}`, async () => {
      const path = lay(Buffer.from(NARROW), encoding);
      writeFileSync(path, readFileSync(path, 'utf8').replace('in.csv', file));
      const { diagnostics } = await checkPipeline(path, { env: {}, spillDir });
      assert.deepEqual(
        diagnostics.map((one) => one.code),
        [code],
      );
    });
  }

  it('does not tear characters apart, wherever pieces end', () => {
    const rng = random(8);
    const text = `\ufeff${Array.from({ length: 3000 }, () => rng.pick(['a', 'é', '漢', '𝄞', '\n'])).join('')}`;
    for (const [encoding, bytes] of [
      ['utf-8', Buffer.from(text)],
      ['utf-16', utf16be(text)],
      ['utf-16le', Buffer.from(text, 'utf16le')],
    ] as const) {
      const decode = pieceDecoder(encoding);
      let found = '';
      for (let at = 0; at < bytes.length; ) {
        const length = at === 0 ? 2 : 1 + rng.int(7);
        found += decode(Buffer.from(bytes.subarray(at, at + length)), false);
        at += length;
      }
      assert.equal(found + decode(Buffer.alloc(0), true), text, encoding);
    }
  });
});
