/**
 * Loads the kernels: AssemblyScript modules over the job's shared memory, or their plain TypeScript twins, which say
 * what each kernel means and stand in for it under test. One set a thread; modules are compiled once and handed to the
 * slots compiled.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Heap } from '../memory/heap.js';
import type { CodecKernels } from './codec-kernels.js';
import type { CsvKernels } from './csv-kernels.js';
import type { ExprKernels } from './expr-kernels.js';
import type { JsonlKernels } from './jsonl-kernels.js';
import type { ParquetKernels } from './parquet-kernels.js';
import type { StateKernels } from './state-kernels.js';
import { codecTwin } from './twins/codec-twin.js';
import { csvTwin } from './twins/csv-twin.js';
import { exprTwin } from './twins/expr-twin.js';
import { jsonlTwin } from './twins/jsonl-twin.js';
import { parquetTwin } from './twins/parquet-twin.js';
import { stateTwin } from './twins/state-twin.js';

/** The kernels by room. */
export interface KernelSet {
  readonly csv: CsvKernels;
  /** In the module of csv. */
  readonly jsonl: JsonlKernels;
  readonly expr: ExprKernels;
  readonly state: StateKernels;
  readonly codec: CodecKernels;
  readonly parquet: ParquetKernels;
}

/** Each is one WebAssembly file. */
export type KernelModules = Readonly<Record<(typeof MODULE_NAMES)[number], WebAssembly.Module>>;

/** Addresses below this hold the kernels' constants (powers of ten and the like); pages are handed out above. */
export const KERNEL_CONSTANT_BYTES = 65536;

const MODULE_NAMES = ['csv', 'expr', 'state', 'codec', 'parquet'] as const;

let compiled: KernelModules | undefined;

/** Compiles the modules, once a process. */
export function compileKernels(): KernelModules {
  compiled ??= Object.fromEntries(
    MODULE_NAMES.map((name) => [name, new WebAssembly.Module(readFileSync(moduleFile(name)))]),
  ) as unknown as KernelModules;
  return compiled;
}

function moduleFile(name: string): string {
  return fileURLToPath(new URL(`./wasm/${name}.wasm`, import.meta.url));
}

export function loadKernels(heap: Heap, modules: KernelModules | 'twins' = compileKernels()): KernelSet {
  const { csv, expr, state, codec, parquet } = modules === 'twins' ? compileKernels() : modules;
  const instantiate = (module: WebAssembly.Module): unknown =>
    new WebAssembly.Instance(module, { env: imports(heap) }).exports;
  const codecKernels = instantiate(codec) as CodecKernels;
  if (modules === 'twins') {
    return {
      csv: csvTwin(heap),
      jsonl: jsonlTwin(heap),
      expr: exprTwin(heap),
      state: stateTwin(heap),
      codec: { ...codecKernels, ...codecTwin(heap) },
      parquet: parquetTwin(heap),
    };
  }
  const csvKernels = instantiate(csv) as CsvKernels & JsonlKernels;
  return {
    csv: csvKernels,
    jsonl: csvKernels,
    expr: instantiate(expr) as ExprKernels,
    state: instantiate(state) as StateKernels,
    codec: codecKernels,
    parquet: instantiate(parquet) as ParquetKernels,
  };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What kernels ask of JavaScript: the rare doubles that their own exact paths do not cover. */
function imports(heap: Heap): WebAssembly.ModuleImports {
  return {
    memory: heap.memory,
    /** The text of `bytes` bytes at `address`, which is a well-formed number, as the nearest double. */
    parseDoubleSlow: (address: number, bytes: number): number =>
      Number(decoder.decode(heap.u8.slice(address >>> 0, (address >>> 0) + bytes))),
    /** JavaScript's shortest digits of `value` written at `address` (at most 32 bytes); returns their length. */
    formatDoubleSlow: (value: number, address: number): number => {
      const bytes = encoder.encode(String(value));
      heap.u8.set(bytes, address >>> 0);
      return bytes.length;
    },
  };
}
