/** The two figures that are not a race: what a small pipeline costs over a bare oclif command, and a filter's memory. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lineitem } from './data.js';
import { PLAIN_ENVIRONMENT } from './environment.js';

/** Median seconds of a 100-row pipeline and of an oclif command that does nothing, in turn. */
export function measureStartup(folder: string, runs: number): { leatSeconds: number; oclifSeconds: number } {
  const rows = Array.from({ length: 100 }, (_, i) => `${i},${i % 7}`).join('\n');
  writeFileSync(join(folder, 'small.csv'), `id,k\n${rows}\n`);
  writeFileSync(
    join(folder, 'small.yaml'),
    'steps:\n  - read: small.csv\n  - aggregate:\n      n: count(*)\n    by: [k]\n  - write: small-out.csv\n',
  );
  const hello = bareOclif(folder);
  const leat: number[] = [];
  const oclif: number[] = [];
  for (let run = 0; run < 2 * runs + 1; run++) {
    leat.push(seconds(['bin/run.js', 'run', join(folder, 'small.yaml'), '-q']));
    oclif.push(seconds([hello, 'hello']));
  }
  const middle = (values: number[]): number => values.slice(1).sort((a, b) => a - b)[runs];
  const result = { leatSeconds: middle(leat), oclifSeconds: middle(oclif) };
  const over = result.leatSeconds - result.oclifSeconds;
  console.log(
    `startup         100 rows ${result.leatSeconds.toFixed(3)} s  bare oclif command ${result.oclifSeconds.toFixed(3)} s  over it ${over.toFixed(3)} s  target 0.12`,
  );
  return result;
}

/** Peak resident memory of a filter over one file and over one four times as large. */
export function measureFlatMemory(folder: string): { smallMiB: number; largeMiB: number } {
  const peak = (rows: number): number => {
    const pipeline = join(folder, 'memory.yaml');
    writeFileSync(
      pipeline,
      `run: { memory: 128MiB }\nsteps:\n  - read: ${lineitem(rows)}\n  - filter: l_quantity > 49\n  - write: ${join(folder, 'memory-out.csv')}\n`,
    );
    const { stdout, stderr, status } = spawnSync(process.execPath, ['bin/run.js', 'run', pipeline, '--json'], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return (JSON.parse(stdout) as { peakResidentBytes: number }).peakResidentBytes / 2 ** 20;
  };
  const result = { smallMiB: peak(6_000_000), largeMiB: peak(24_000_000) };
  console.log(
    `memory          filter, 789 MB ${result.smallMiB.toFixed(0)} MiB  four times that ${result.largeMiB.toFixed(0)} MiB`,
  );
  return result;
}

/** An oclif command line with one command that does nothing, in a folder of its own. */
function bareOclif(folder: string): string {
  const home = join(folder, 'bare');
  mkdirSync(join(home, 'commands'), { recursive: true });
  symlinkSync(resolve('node_modules'), join(home, 'node_modules'));
  writeFileSync(
    join(home, 'package.json'),
    '{"name":"bare","version":"1.0.0","type":"module","oclif":{"bin":"bare","commands":"./commands"}}',
  );
  writeFileSync(
    join(home, 'commands/hello.js'),
    "import { Command } from '@oclif/core';\nexport default class Hello extends Command {\n  async run() {}\n}\n",
  );
  const run = join(home, 'run.js');
  writeFileSync(run, "import { execute } from '@oclif/core';\nawait execute({ dir: import.meta.url });\n");
  return run;
}

function seconds(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: PLAIN_ENVIRONMENT });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}
