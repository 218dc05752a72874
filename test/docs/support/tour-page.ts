/**
 * The page of the tour as its files and commands make it: pipelines are what lies in the folder, and what stands below a
 * `$` is what the command printed.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietEnvironment } from '../../support/leat.js';
import { projectRoot } from '../../support/project-root.js';

export const TOUR = 'docs/tour';

const PIPELINE = /(\]\(([\w-]+\.yaml)\)[^\n]*\n\n```yaml\n)(.*?)(?<=\n)```/gs;
const TRANSCRIPT = /(?<=```console\n)(.*?)(?<=\n)(?=```)/gs;

/** The head of the page, then what stands at each of its stops. */
export function tourSections(): readonly string[] {
  return readFileSync(join(projectRoot, TOUR, 'README.md'), 'utf8').split(/^(?=## )/m);
}

/** Pipelines that a section shows. */
export function shownPipelines(section: string): readonly string[] {
  return [...section.matchAll(PIPELINE)].map(([, , file]) => file);
}

export interface Shown {
  readonly command: string;
  readonly output: string;
}

/** The commands of a section and what it says they print. */
export function shownCommands(section: string): readonly Shown[] {
  return [...section.matchAll(TRANSCRIPT)].flatMap(([text]) =>
    text.split(/^\$ /m).flatMap((part) => {
      const end = part.indexOf('\n');
      return part === '' ? [] : [{ command: part.slice(0, end), output: part.slice(end + 1) }];
    }),
  );
}

/** The section, its pipelines read and its commands run anew, in a copy of the folder. */
export function retold(section: string, env: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-tour-'));
  try {
    cpSync(join(projectRoot, TOUR), folder, { recursive: true, filter: (path) => !path.endsWith('/out') });
    return section
      .replace(PIPELINE, (_, before: string, file: string) => {
        return `${before}${readFileSync(join(folder, file), 'utf8')}\`\`\``;
      })
      .replace(TRANSCRIPT, (text) => transcript(text, folder, env));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One shell for all commands of a block, which prints each before it runs it. */
function transcript(text: string, folder: string, env: Readonly<Record<string, string>>): string {
  const commands = text.split('\n').filter((line) => line.startsWith('$ '));
  const script = [
    'exec 2>&1',
    `leat() { ${quoted(process.execPath)} ${quoted(join(projectRoot, 'bin/run.js'))} "$@"; }`,
    ...commands.flatMap((line) => [`printf '%s\\n' ${quoted(line)}`, line.slice(2)]),
  ].join('\n');
  const { stdout, error } = spawnSync('sh', ['-c', script], {
    cwd: folder,
    env: { ...quietEnvironment(), ...env },
    encoding: 'utf8',
  });
  assert.equal(error, undefined);
  return stdout;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
