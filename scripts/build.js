/**
 * Builds everything that is not in the repository:
 *
 *     src/kernels/wasm/     the kernels (build-kernels.js)
 *     build/                src, test and bench as plain JavaScript, file by file: what tests and benchmarks run
 *     dist/                 the product: a bundle with shared chunks, which starts faster than its files would
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

/** Kernels are compiled apart, but for the constants that both sides share; declarations hold no code. */
const sources = (folder) =>
  filesBelow(folder, '.ts').filter(
    (file) => !/^src\/kernels\/assembly\/.*(?<!-layout)\.ts$/.test(file) && !file.endsWith('.d.ts'),
  );

async function buildFiles() {
  const folders = ['src', 'test', 'bench'].filter((folder) => existsSync(join(root, folder)));
  const { outputFiles } = await build({
    ...shared,
    entryPoints: folders.flatMap(sources),
    outbase: '.',
    outdir: 'build',
    sourcemap: 'linked',
    sourcesContent: false,
    write: false,
  });
  rmSync(join(root, 'build'), { recursive: true, force: true });
  for (const { path, text } of outputFiles) write(path, path.endsWith('.js') ? builtNames(text) : text);
  cpSync(join(root, 'src/kernels/wasm'), join(root, 'build/src/kernels/wasm'), { recursive: true });
}

/** Tests start threads and programs by the names of their sources; here these are the built ones. */
function builtNames(text) {
  return text.replace(/(['"])(\.{1,2}\/[\w./-]+)\.ts\1/g, '$1$2.js$1');
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const bundled = {
  ...shared,
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  // Seldom needed, or never: a compiler that oclif asks for, a priority that piscina would set.
  external: ['csv-parse', 'csv-parse/*', 'parquetjs-lite', 'typescript', '@napi-rs/nice'],
  write: false,
};

/** What is loaded by path at run time is an entry point of its own and keeps its path. */
async function bundle() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  // The facade, the program and its commands.
  const entryPoints = ['src/engine.ts', 'src/cli/main.ts', ...sources('src/commands')];
  const program = await build({
    ...bundled,
    entryPoints,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    // oclif, yaml and piscina are CommonJS, which a bundle of modules has no words for.
    banner: { js: COMMONJS_WORDS },
    plugins: [keepModuleUrls, ownPiscinaWorker],
  });
  for (const { path, text } of program.outputFiles) writeInDist(path, text);
  await bundleThread();
  cpSync(join(root, 'src/kernels/wasm'), join(root, 'dist/kernels/wasm'), { recursive: true });
}

/** A thread loads two files, piscina's and ours, both CommonJS: it comes up faster than with shared chunks. */
async function bundleThread() {
  const { outputFiles } = await build({
    ...bundled,
    entryPoints: [
      { in: 'src/runtime/worker/slot-entry.ts', out: 'runtime/worker/slot-entry' },
      { in: 'node_modules/piscina/dist/worker.js', out: PISCINA_WORKER },
    ],
    format: 'cjs',
    banner: { js: "const leatModuleUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'leatModuleUrl' },
    plugins: [keepModuleUrls],
  });
  for (const { path, text } of outputFiles) writeInDist(path, text);
  write(join(root, 'dist/runtime/worker/package.json'), '{ "type": "commonjs" }\n');
}

/** Piscina looks for its worker beside itself; in the bundle it is elsewhere. */
const PISCINA_WORKER = 'runtime/worker/piscina-worker';
const ownPiscinaWorker = {
  name: 'own-piscina-worker',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]piscina[/\\]dist[/\\]index\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace("(__dirname, 'worker.js')", `(__dirname, '${DIST_FOLDER}/${PISCINA_WORKER}.js')`);
      if (contents === text) throw new Error(`${path} names its worker in a new way`);
      return { contents, loader: 'js' };
    });
  },
};

function writeInDist(path, text) {
  const toDist = relative(dirname(path), join(root, 'dist')) || '.';
  write(path, text.replaceAll(DIST_FOLDER, toDist.replaceAll('\\', '/')));
}

const COMMONJS_WORDS = [
  "import { createRequire as leatCreateRequire } from 'node:module';",
  "import { dirname as leatDirname } from 'node:path';",
  "import { fileURLToPath as leatFileURLToPath } from 'node:url';",
  'const require = leatCreateRequire(import.meta.url);',
  'const __filename = leatFileURLToPath(import.meta.url);',
  'const __dirname = leatDirname(__filename);',
].join(' ');

/**
 * Code that moves into a chunk would look for its neighbours beside the chunk. So each source's `import.meta.url` is
 * rewritten to name the place that the file would have in dist: a placeholder for the way from the chunk to dist, which
 * is known only when all is written, and the source's own path.
 */
const DIST_FOLDER = '__LEAT_DIST_FOLDER__';
const keepModuleUrls = {
  name: 'keep-module-urls',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const place = relative(join(root, 'src'), path).replaceAll('\\', '/').replace(/\.ts$/, '.js');
      const url = `new URL(${JSON.stringify(`${DIST_FOLDER}/${place}`)}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};

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
