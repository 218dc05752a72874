/** Compiles src/kernels/assembly/{csv,expr,state,codec,parquet}.ts to src/kernels/wasm/*.wasm, skipping modules that are up to date. */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assembly = join(root, 'src/kernels/assembly');
const output = join(root, 'src/kernels/wasm');

/** Constants of the modules lie in disjoint ranges of the first 64 KiB. */
const MEMORY_BASE = { csv: 1024, expr: 20480, state: 40960, codec: 53248, parquet: 61440 };

export async function buildKernels(only = Object.keys(MEMORY_BASE)) {
  mkdirSync(output, { recursive: true });
  const newestSource = Math.max(...sources(assembly).map((file) => statSync(file).mtimeMs));
  for (const name of only) {
    const target = join(output, `${name}.wasm`);
    const built = statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (built > newestSource) continue;
    const { error, stderr } = await asc.main([
      join('src/kernels/assembly', `${name}.ts`),
      ...['--baseDir', root, '--outFile', `src/kernels/wasm/${name}.wasm`],
      ...['--runtime', 'stub', '--use', 'abort=', '--noAssert', '--noExportMemory'],
      ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--memoryBase', String(MEMORY_BASE[name])],
      ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory', '-O3', '--converge'],
    ]);
    if (error) throw new Error(`kernel module ${name} does not compile\n${stderr.toString()}`);
  }
}

function sources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildKernels(process.argv.length > 2 ? process.argv.slice(2) : undefined);
}
