/** A SpillFolder for tests of one room: real files in a temporary folder, removed by `close`, at the latest with the process. */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leatError } from '../../src/errors.js';
import type { Heap } from '../../src/memory/heap.js';
import type { SpillExtent, SpillFolder } from '../../src/memory/spill-folder.js';

export interface TestSpillFolder extends SpillFolder {
  readonly folder: string;
  /** Files created and not removed. */
  readonly files: ReadonlySet<string>;
  close(): void;
}

/** The folders of this process lie in one, because a test that fails, or that only may spill, leaves its own. */
let base: string | undefined;

function testSpillBase(): string {
  if (base === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'leat-test-spill-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    base = made;
  }
  return base;
}

export function testSpillFolder(heap: Heap): TestSpillFolder {
  const folder = mkdtempSync(join(testSpillBase(), 'task-'));
  const files = new Set<string>();
  let bytesWritten = 0;
  let created = 0;
  return {
    folder,
    files,
    get bytesWritten() {
      return bytesWritten;
    },
    create(purpose) {
      const path = join(folder, `${purpose}-${created++}`);
      const file = openSync(path, 'w');
      files.add(path);
      let offset = 0;
      return {
        write(address, bytes) {
          offset += writeSync(file, heap.u8, address, bytes);
          bytesWritten += bytes;
        },
        close(): SpillExtent {
          closeSync(file);
          return { path, offset: 0, bytes: offset };
        },
      };
    },
    read(extent, offset, address, bytes) {
      const file = openSync(extent.path, 'r');
      const read = readSync(file, heap.u8, address, bytes, extent.offset + offset);
      closeSync(file);
      if (read !== bytes) throw leatError('SPILL_IO', `${extent.path} ends too early`);
    },
    remove(extent) {
      rmSync(extent.path, { force: true });
      files.delete(extent.path);
    },
    close() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
