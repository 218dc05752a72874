/** The commands and their flags as they were agreed on: none vanishes or changes its name unnoticed. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../support/project-root.js';

interface Flag {
  readonly char?: string;
  readonly type: string;
  readonly env?: string;
  readonly multiple?: boolean;
}
interface Command {
  readonly args: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly flags: Readonly<Record<string, Flag>>;
}

test('commands, arguments, flags and variables', () => {
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'oclif.manifest.json'), 'utf8'));
  const lines = Object.entries(manifest.commands as Record<string, Command>).flatMap(([id, { args, flags }]) => [
    `${id} ${Object.keys(args).join(' ').toUpperCase()}`,
    ...Object.entries(flags)
      .map(
        ([name, flag]) => `  ${[flag.char ? `-${flag.char}` : '', `--${name}`, value(flag), flag.env ?? ''].join(' ')}`,
      )
      .sort(),
  ]);
  const found = `${lines.map((line) => line.trimEnd().replace(/(\S) {2,}/g, '$1 ')).join('\n')}\n`;
  const golden = join(projectRoot, 'test/commands/snapshot.txt');
  if (process.env['LEAT_TEST_UPDATE']) writeFileSync(golden, found);
  assert.equal(found, readFileSync(golden, 'utf8'));
});

function value(flag: Flag): string {
  if (flag.type === 'boolean') return '';
  return flag.multiple ? 'value...' : 'value';
}
