/**
 * Builds everything that is not in the repository:
 *
 *     src/kernels/wasm/     the kernels (build-kernels.js)
 *     build/                test and bench file by file, src in chunks that they share: what tests and benchmarks run
 *     dist/                 the product: a few bundles, which start faster than their files would
 *     dist/types/           declarations of the library; only with --types
 *     oclif.manifest.json   commands and flags, so that help and dispatch load no command
 *
 * With --product only what is shipped, for `npm ci` and `npm pack`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { buildKernels } from './build-kernels.js';
import { filesBelow, root } from './source-files.js';

const shared = { absWorkingDir: root, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' };

async function buildFiles() {
  rmSync(join(root, BUILD), { recursive: true, force: true });
  const folders = ['test', 'bench'].filter((folder) => existsSync(join(root, folder)));
  const files = folders.flatMap((folder) => filesBelow(folder, '.ts')).filter((file) => !file.endsWith('.d.ts'));
  await buildInChunks(files);
  await buildInChunks([`src/${SLOT_ENTRY}.ts`, ...files.filter((file) => file.endsWith('/toy-operators.ts'))]);
  cpSync(join(root, 'src/kernels/wasm'), join(root, BUILD, 'src/kernels/wasm'), { recursive: true });
  write(join(root, BUILD, `src/${SLOT_ENTRY}.cjs`), BUILT_SLOT_ENTRY);
}

/**
 * What several entry points need is written once, in chunks: some hundred come up in half the time of the five hundred
 * sources that they are made of. What a slot's thread loads is built by itself, which leaves it three: tests start some
 * hundred threads, and share no module with them.
 */
async function buildInChunks(entryPoints) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints,
    outbase: '.',
    outdir: BUILD,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    packages: 'external',
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [moduleUrls('.')],
    write: false,
  });
  for (const { path, text } of outputFiles) {
    writeIn(BUILD, path, path.endsWith('.js') ? builtNames(text) : text);
  }
}

const BUILD = 'build';
const SLOT_ENTRY = 'runtime/worker/slot-entry';
/**
 * Piscina requires its worker file. Node 20 aborts when a thread is ended while it requires a module, which tests do all
 * the time; a module that is imported does not have that flaw, and the bundle has no modules.
 */
const BUILT_SLOT_ENTRY = "module.exports = import('./slot-entry.js').then((module) => module.default);\n";

/** Tests start threads and programs by the names of their sources; here these are the built ones. */
function builtNames(text) {
  return text.replace(/(['"])(\.{1,2}\/[\w./-]+)\.ts\1/g, '$1$2.js$1');
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const PISCINA_WORKER = 'runtime/worker/piscina-worker';

/** What is loaded by path at run time: each is one CommonJS file, which comes up faster than modules in chunks. */
const ENTRY_POINTS = [
  { in: 'src/program.ts', out: 'program' },
  { in: 'src/engine.ts', out: 'engine' },
  { in: 'src/code-cache.ts', out: 'code-cache' },
  { in: 'src/runtime/worker/cached-slot-entry.ts', out: SLOT_ENTRY },
  { in: 'src/runtime/worker/slot-entry.ts', out: 'runtime/worker/slot' },
  { in: 'node_modules/piscina/dist/worker.js', out: PISCINA_WORKER },
];

async function bundle() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { outputFiles } = await build({
    ...shared,
    entryPoints: ENTRY_POINTS,
    outdir: 'dist',
    bundle: true,
    format: 'cjs',
    // Seldom needed, or never: a compiler that oclif asks for, a priority that piscina would set.
    external: ['csv-parse', 'csv-parse/*', 'parquetjs-lite', 're2js', 'typescript', '@napi-rs/nice'],
    banner: { js: "const leatModuleUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'leatModuleUrl' },
    plugins: [moduleUrls('src'), ownPiscinaWorker],
    write: false,
  });
  for (const { path, text } of outputFiles) writeIn('dist', path.replace(/slot-entry\.js$/, 'slot-entry.cjs'), text);
  write(join(root, 'dist/package.json'), '{ "type": "commonjs" }\n');
  cpSync(join(root, 'src/kernels/wasm'), join(root, 'dist/kernels/wasm'), { recursive: true });
}

/** Piscina looks for its worker beside itself; in the bundle it is elsewhere. */
const ownPiscinaWorker = {
  name: 'own-piscina-worker',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]piscina[/\\]dist[/\\]index\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace("(__dirname, 'worker.js')", `(__dirname, '${OUTPUT_FOLDER}/${PISCINA_WORKER}.js')`);
      if (contents === text) throw new Error(`${path} names its worker in a new way`);
      return { contents, loader: 'js' };
    });
  },
};

function writeIn(folder, path, text) {
  const toFolder = relative(dirname(path), join(root, folder)) || '.';
  write(path, text.replaceAll(OUTPUT_FOLDER, toFolder.replaceAll('\\', '/')));
}

/**
 * Code in a bundle would look for its neighbours beside the bundle. So each source's `import.meta.url` is rewritten to
 * name the place that the file would have in the output folder: a placeholder for the way from the bundle to that folder,
 * which is known only when all is written, and the source's own path from `base`.
 */
const OUTPUT_FOLDER = '__LEAT_OUTPUT_FOLDER__';
const moduleUrls = (base) => ({
  name: 'module-urls',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\](src|test)[/\\].*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const place = relative(join(root, base), path).replaceAll('\\', '/').replace(/\.ts$/, '.js');
      const url = `new URL(${JSON.stringify(`${OUTPUT_FOLDER}/${place}`)}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
});

async function writeManifest() {
  const { Plugin, settings } = await import('@oclif/core');
  settings.enableAutoTranspile = false;
  const plugin = new Plugin({ root, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  writeFileSync(join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest)}\n`);
}

function writeTypes() {
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      ...['-p', 'scripts/tsconfig.types.json', '--noEmit', 'false', '--emitDeclarationOnly'],
    ],
    { cwd: root, stdio: 'inherit' },
  );
}

await buildKernels();
if (!process.argv.includes('--product')) await buildFiles();
await bundle();
await writeManifest();
if (process.argv.includes('--types')) writeTypes();
