/**
 * The catalogue of errors, its page and its tests: every code has a section in docs/errors.md, every section is of a
 * code, and every code is provoked by at least one test.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { diagnostic, ERROR_CATALOGUE, type ErrorCode, EXIT_STATUS, LeatError, leatError } from '../src/errors.js';
import { projectRoot } from './support/project-root.js';

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];
const ROOT = projectRoot;

/** Sources below `folder`, without this file. */
function sources(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== 'errors.test.ts')
    .map((path) => ({ path: join(folder, path), text: readFileSync(join(ROOT, folder, path), 'utf8') }));
}

/** Codes that a text names in full: EXPR_CAST is not in EXPR_CASTING. */
function codesIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/\b[A-Z][A-Z0-9_]+\b/g));
}

describe('the catalogue of errors', () => {
  it('has a section a code in docs/errors.md, with an example and a mend', () => {
    const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
    const sections = new Map(
      page
        .split(/^### /m)
        .slice(1)
        .map((section) => [section.slice(0, section.indexOf('\n')), section]),
    );
    assert.deepEqual([...sections.keys()].sort(), [...CODES].sort());
    for (const [code, section] of sections) {
      assert.match(section, /```[\s\S]+```/, `${code} has no example`);
      assert.match(section, /^Mend: /m, `${code} has no mend`);
    }
  });

  it('has a test that provokes each code', () => {
    const named = new Set(sources('test').flatMap(({ text }) => [...codesIn(text)]));
    assert.deepEqual(
      CODES.filter((code) => !named.has(code)),
      [],
    );
  });

  it('holds no code that nothing raises', () => {
    const named = new Set(
      sources('src')
        .filter(({ path }) => path !== join('src', 'errors.ts'))
        .flatMap(({ text }) => [...codesIn(text)]),
    );
    assert.deepEqual(
      CODES.filter((code) => !named.has(code)),
      [],
    );
  });

  it('gives each code an exit status', () => {
    for (const code of CODES) {
      assert.equal(leatError(code, 'x').exitStatus, EXIT_STATUS[ERROR_CATALOGUE[code].domain]);
    }
    assert.equal(leatError('SPEC_NO_STEPS', 'x').exitStatus, 2);
    assert.equal(leatError('FORMAT_CSV_VALUE', 'x').exitStatus, 1);
    assert.equal(leatError('RUNTIME_OUTPUTS_HELD', 'x').exitStatus, 4);
  });
});

describe('an error', () => {
  it('crosses threads as plain data', () => {
    const error = leatError('FORMAT_CSV_VALUE', 'a is not a number', {
      place: { file: 'a.csv', line: 3, column: 2 },
      hint: 'mend it',
      position: { source: 0, file: 1, offset: 17 },
    });
    const back = LeatError.fromData(structuredClone(error.toData()));
    assert.deepEqual(back.diagnostics, error.diagnostics);
    assert.deepEqual(back.position, error.position);
    assert.equal(back.stack, error.stack);
    assert.equal(back.message, error.message);
  });

  it('may hold several diagnostics', () => {
    const error = new LeatError([diagnostic('SPEC_NO_STEPS', 'one'), diagnostic('CLI_USAGE', 'two')]);
    assert.equal(error.code, 'SPEC_NO_STEPS');
    assert.equal(error.message, 'SPEC_NO_STEPS: one\nCLI_USAGE: two');
  });
});
