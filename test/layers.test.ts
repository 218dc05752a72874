/**
 * The layer law, read off every import: a room knows only the rooms below it. Type imports count: a type that points
 * upward couples as firmly as a call. Beside it the few places where something dangerous is allowed at all.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from './support/project-root.js';

/** From the top; rooms on one line do not know each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['program'],
  ['commands'],
  ['cli'],
  ['engine'],
  ['runtime', 'docs'],
  ['plan', 'operators'],
  ['dataflow'],
  ['state', 'formats', 'expr'],
  ['columnar'],
  ['kernels'],
  ['memory'],
  ['spec'],
  ['errors', 'code-cache'],
];

/** Packages that belong to a room: elsewhere they would tie it to a terminal, to threads or to a file format. */
const PACKAGE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  '@oclif/core': ['commands', 'cli'],
  chalk: ['cli'],
  piscina: ['runtime'],
  yaml: ['spec'],
  'csv-parse': ['formats'],
  'parquetjs-lite': ['formats'],
};

/** There `process.exit` ends a thread: that is how tests kill one. */
const THREAD_ENTRY = 'runtime/worker/slot-entry.ts';

const LONGEST_FILE_LINES = 800;

interface Source {
  /** Path below src, with slashes. */
  readonly path: string;
  readonly room: string;
  readonly lines: number;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly string[];
}

const sources = readSources();

test('every source lies in a room', () => {
  const rooms = new Set(LAYERS.flat());
  assert.deepEqual(
    sources.filter((source) => !rooms.has(source.room)).map((source) => source.path),
    [],
  );
  assert.ok(sources.length > 30, 'the sources were found');
});

test('a room imports only from rooms below it', () => {
  const broken = sources.flatMap((source) =>
    source.imports
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.join(posix.dirname(source.path), specifier))
      .filter((target) => !mayImport(source.room, roomOf(target)))
      .map((target) => `${source.path} imports ${target}`),
  );
  assert.deepEqual(broken, []);
});

test('imports name the file, with its ending', () => {
  const broken = sources.flatMap((source) =>
    source.imports
      .filter((specifier) => specifier.startsWith('.') && !specifier.endsWith('.js'))
      .map((specifier) => `${source.path} imports ${specifier}`),
  );
  assert.deepEqual(broken, []);
});

test('a package is used only in its room', () => {
  const broken = sources.flatMap((source) =>
    source.imports
      .map((specifier) => [packageOf(specifier), specifier])
      .filter(([name]) => PACKAGE_ROOMS[name] !== undefined && !PACKAGE_ROOMS[name].includes(source.room))
      .map(([, specifier]) => `${source.path} imports ${specifier}`),
  );
  assert.deepEqual(broken, []);
});

test('code is made from text in one file of expr', () => {
  const makers = filesWith(/\bnew Function\b|\beval\s*\(/);
  assert.ok(makers.length <= 1 && makers.every((path) => path.startsWith('expr/')), makers.join(', '));
});

test('only the command line ends the process or prints', () => {
  const spoken = filesWith(/\bprocess\.exit\b|\bconsole\.\w|\bprocess\.(?:stdout|stderr)\.write\b/);
  assert.deepEqual(
    spoken.filter((path) => !['cli', 'commands'].includes(roomOf(path)) && path !== THREAD_ENTRY),
    [],
  );
});

test('no file is too long to read', () => {
  assert.deepEqual(
    sources.filter((source) => source.lines > LONGEST_FILE_LINES).map((source) => `${source.path}: ${source.lines}`),
    [],
  );
});

test('the law can be broken', () => {
  assert.ok(mayImport('runtime', 'plan'));
  assert.ok(!mayImport('plan', 'runtime'));
  assert.ok(!mayImport('plan', 'operators'));
  assert.deepEqual(importsOf("import type { A } from './a.js';\nexport * from '../b.js';\nawait import('c');"), [
    './a.js',
    '../b.js',
    'c',
  ]);
  assert.equal(withoutComments("const url = 'http://x'; // import y\n/* from 'z' */"), "const url = 'http://x'; \n");
});

function mayImport(from: string, to: string): boolean {
  const layer = (room: string): number => LAYERS.findIndex((rooms) => rooms.includes(room));
  return from === to || layer(from) < layer(to);
}

function roomOf(path: string): string {
  const [first] = path.split('/', 1);
  return first === path ? first.replace(/(-api)?\.[jt]s$/, '') : first;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function filesWith(pattern: RegExp): string[] {
  return sources.filter((source) => pattern.test(source.code)).map((source) => source.path);
}

function importsOf(code: string): string[] {
  const found = code.matchAll(/(?:\bfrom|\bimport\s*\(|^\s*import)\s*['"]([^'"]+)['"]/gm);
  return [...found].map((match) => match[1]);
}

/** Texts are kept whole, so that `//` in one ends nothing. */
function withoutComments(code: string): string {
  return code.replace(/('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '$1');
}

function readSources(): Source[] {
  const folder = join(projectRoot, 'src');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? dirname(join(entry.path, entry.name)), entry.name))
    .map((file) => ({ path: relative(folder, file).split(sep).join('/'), text: readFileSync(file, 'utf8') }))
    .filter(({ path }) => !path.startsWith('kernels/assembly/'))
    .map(({ path, text }) => {
      const code = withoutComments(text);
      return { path, room: roomOf(path), lines: text.split('\n').length, code, imports: importsOf(code) };
    });
}
