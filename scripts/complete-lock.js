/**
 * Adds to package-lock.json the packages for other platforms that the registry in use did not offer when the file was
 * written. Without them `npm ci` finds package.json and the lock file out of step, on every platform. Run it after
 * `npm install`; it says what it added.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './source-files.js';

const path = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const added = {};
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] || added[place]) continue;
    added[place] = { version, ...platformOf(name), ...(entry.dev ? { dev: true } : {}), optional: true };
  }
}
if (Object.keys(added).length > 0) {
  const sorted = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${Object.keys(added).join('\n')}\n`);
}

/** What such packages declare, read off their names, which all follow one scheme: `...-linux-arm64-musl`. */
function platformOf(name) {
  const [, os, cpu, libc] =
    /[-/](android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-([a-z]+))?$/.exec(name) ?? [];
  if (os === undefined) throw new Error(`${name} does not say its platform`);
  const libcs = libc?.startsWith('musl') ? { libc: ['musl'] } : libc?.startsWith('gnu') ? { libc: ['glibc'] } : {};
  return { cpu: [cpu], ...(os === 'linux' ? libcs : {}), os: [os] };
}
