/** The tree as it would be cloned: no path of a machine, no package registry's host, nothing that is built. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './source-files.js';

const BUILT = /^(build|dist|node_modules)\/|^oclif\.manifest\.json$|\.wasm$|\.tgz$/;
const LARGEST_FILE_BYTES = 1024 * 1024;

/** Assembled, so that this file does not find itself. */
const MACHINE_PATH = new RegExp(`(?<![\\w.~-])/(?:${['home', 'Users', 'root', 'work'].join('|')})/\\w`);
const REGISTRY = new RegExp(`"resolved": *"|${'registry'}=http|registry${'.npmjs'}.org`);

const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
const problems = [];
for (const file of files) {
  const path = join(root, file);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) continue;
  if (BUILT.test(file)) problems.push(`${file}: is built and does not belong in the repository`);
  if (stat.size > LARGEST_FILE_BYTES) problems.push(`${file}: ${stat.size} bytes; generate it instead`);
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.forEach((line, index) => {
    const place = `${file}:${index + 1}`;
    if (MACHINE_PATH.test(line) || [root, homedir()].some((folder) => folder.length > 5 && line.includes(folder))) {
      problems.push(`${place}: an absolute path of one machine`);
    }
    if (REGISTRY.test(line)) problems.push(`${place}: a package registry's host`);
  });
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);
