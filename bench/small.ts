/** Figures that are not a race: start-up, a filter's memory, what a derived column costs, how long a pipeline is checked. */
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

/** Seconds that a derived column adds to reading and adding up 6 M rows, of 10 columns and of 50. */
export function measureColumns(folder: string, runs: number): { secondsEachOf10: number; secondsEachOf50: number } {
  const pipeline = (columns: number): string => {
    const path = join(folder, `columns-${columns}.yaml`);
    const names = Array.from({ length: columns }, (_, i) => `c${i}`);
    const derived = names.map((name, i) => `      ${name}: l_extendedprice * ${i + 2} + l_quantity\n`).join('');
    const sums = ['l_quantity', ...names].map((name) => `      s_${name}: sum(${name})\n`).join('');
    const steps = `${columns === 0 ? '' : `  - derive:\n${derived}`}  - aggregate:\n${sums}  - write: columns-out.csv\n`;
    writeFileSync(path, `steps:\n  - read: ${lineitem(6_000_000)}\n${steps}`);
    return path;
  };
  const paths = [0, 10, 50].map(pipeline);
  const rounds = Array.from({ length: runs + 1 }, () =>
    paths.map((path) => seconds(['bin/run.js', 'run', path, '-q'])),
  );
  const [none, ten, fifty] = paths.map((_, i) => middle(rounds.map((round) => round[i])));
  const result = { secondsEachOf10: (ten - none) / 10, secondsEachOf50: (fifty - none) / 50 };
  console.log(
    `columns         6 M rows, each of 10 derived ${result.secondsEachOf10.toFixed(3)} s  each of 50 ${result.secondsEachOf50.toFixed(3)} s  target: the same`,
  );
  return result;
}

/** Median seconds of `leat validate` for a pipeline of 200 steps. */
export function measureValidation(folder: string, runs: number): { seconds: number } {
  const path = join(folder, 'many-steps.yaml');
  const schema = '    schema: { id: bigint, a: int, b: double, s: string }\n';
  const steps = Array.from({ length: 198 }, (_, i) =>
    i % 2 === 0 ? `  - derive: { d${i}: a + ${i} }\n` : `  - filter: d${i - 1} > ${i} OR upper(s) = 'X${i}'\n`,
  );
  writeFileSync(path, `steps:\n  - read: many.csv\n${schema}${steps.join('')}  - write: many-out.csv\n`);
  writeFileSync(join(folder, 'many.csv'), 'id,a,b,s\n1,2,3.5,x\n');
  const result = { seconds: middle(Array.from({ length: runs + 1 }, () => seconds(['bin/run.js', 'validate', path]))) };
  console.log(`validate        200 steps ${result.seconds.toFixed(3)} s  target 0.3`);
  return result;
}

/** The median, without the first. */
function middle(values: readonly number[]): number {
  const sorted = values.slice(1).sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
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
