/**
 * Loads a bundled CommonJS file with what V8 compiled of it in an earlier process: reading and compiling 1.8 MB of
 * JavaScript takes about twice as long as all else that a small run does. Node 22 has `module.enableCompileCache` for
 * this; Node 20 has only `vm.Script`, which serves all versions alike.
 *
 * The cache lies in the user's cache folder, one file for each bundle, its use and the version of Node. It starts with a
 * checksum of the rest, because V8 believes what it is given. Whatever goes wrong here is no error: the code is compiled
 * anew. NODE_DISABLE_COMPILE_CACHE=1 turns it off, as it does for Node's own.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';
import * as zlib from 'node:zlib';

/** Since Node 20.15 and 22.2, and missing in the types of 20.19. Without it nothing is kept. */
const crc32 = (zlib as { readonly crc32?: (data: Uint8Array) => number }).crc32;

const CHECKSUM_BYTES = 4;
/** Files that no process has written for so long belong to versions that are gone. */
const MAX_AGE_MS = 60 * 86400_000;

export interface LoadedCode<Exports> {
  readonly exports: Exports;
  /** Keeps what is compiled by now for later processes, if nothing is kept yet. */
  keep(): void;
}

/** `file`: the absolute path of a CommonJS bundle of ASCII text. `use`: uses that need other parts of it have caches apart. */
export function loadCode<Exports>(file: string, use = ''): LoadedCode<Exports> {
  const text = readFileSync(file, 'latin1');
  const cacheFile = cacheFileOf(file, use);
  const cachedData = cacheFile === undefined ? undefined : readCache(cacheFile);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  let isKept = cacheFile === undefined || (cachedData !== undefined && script.cachedDataRejected === false);
  return {
    exports: module.exports,
    keep: () => {
      if (!isKept && cacheFile !== undefined) writeCache(cacheFile, script.createCachedData());
      isKept = true;
    },
  };
}

/** Undefined: nothing can or may be kept. */
function cacheFileOf(file: string, use: string): string | undefined {
  if (crc32 === undefined || process.env['NODE_DISABLE_COMPILE_CACHE']) return undefined;
  try {
    const { mtimeMs, size } = statSync(file);
    const key = [file, use, mtimeMs, size, process.version, process.arch, ...process.execArgv].join('\0');
    return join(cacheFolder(), `${basename(file, '.js')}-${crc32(Buffer.from(key)).toString(16)}.bin`);
  } catch {
    return undefined;
  }
}

function cacheFolder(): string {
  const { env, platform } = process;
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'leat', 'Cache');
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'leat');
  return platform === 'darwin' ? join(homedir(), 'Library', 'Caches', 'leat') : join(homedir(), '.cache', 'leat');
}

function readCache(cacheFile: string): Buffer | undefined {
  try {
    const bytes = readFileSync(cacheFile);
    const data = bytes.subarray(CHECKSUM_BYTES);
    return data.length > 0 && bytes.readUInt32LE() === crc32?.(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: several processes may write it at once. */
function writeCache(cacheFile: string, data: Buffer): void {
  const folder = dirname(cacheFile);
  const temporary = `${cacheFile}.${process.pid}.${performance.now()}.tmp`;
  try {
    const checksum = Buffer.alloc(CHECKSUM_BYTES);
    checksum.writeUInt32LE(crc32?.(data) ?? 0);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, Buffer.concat([checksum, data]), { mode: 0o600 });
    renameSync(temporary, cacheFile);
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (Date.now() - statSync(path).mtimeMs > MAX_AGE_MS) rmSync(path, { force: true });
    }
  } catch {
    removeIfPossible(temporary);
  }
}

function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {}
}
