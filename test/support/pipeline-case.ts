/** A pipeline over generated data, and what laying it out in a folder is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, random } from './random.js';

export interface PipelineCase {
  readonly name: string;
  /** Input files by name. */
  readonly files: Readonly<Record<string, (rng: Random) => string>>;
  readonly pipeline: string;
  readonly params?: Readonly<Record<string, string>>;
  /** A slot with less memory than this cannot hold one of its chains; default 1 MiB. */
  readonly leastBytes?: number;
  /** Files that the pipeline writes. */
  readonly outputs: readonly string[];
}

/** Made once: each case runs under many settings. */
const made = new Map<PipelineCase, ReadonlyMap<string, string>>();

function filesOf(testCase: PipelineCase): ReadonlyMap<string, string> {
  const rng = random(1);
  const files = made.get(testCase) ?? new Map(Object.entries(testCase.files).map(([name, make]) => [name, make(rng)]));
  made.set(testCase, files);
  return files;
}

/** Writes the case's files and pipeline into `folder`; returns the pipeline's path. */
export function layOut(testCase: PipelineCase, folder: string): string {
  for (const [name, text] of filesOf(testCase)) writeFileSync(join(folder, name), text);
  const path = join(folder, 'pipeline.yaml');
  writeFileSync(path, testCase.pipeline);
  return path;
}
