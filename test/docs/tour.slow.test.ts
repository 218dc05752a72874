/** The tour: its page shows the files that lie there and what they print, on any number of slots, and DuckDB agrees. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { duckdbRows, sameText } from '../support/duckdb.js';
import { assertGolden } from '../support/golden.js';
import { projectRoot } from '../support/project-root.js';
import { retold, shownCommands, shownPipelines, TOUR, tourSections } from './support/tour-page.js';
import { TOUR_QUERIES } from './support/tour-queries.js';

/** Inputs this small are otherwise left to one thread. */
const onThreads = (slots: number) => ({
  LEAT_SLOTS: `${slots}`,
  LEAT_TEST_SETTINGS: '{"inProcessBytes":0,"splitBytes":256}',
});
/** The same for all: the page does not tell the slots. */
const SETTINGS = [{ LEAT_SLOTS: '1' }, onThreads(8)];

describe('the tour', () => {
  it('shows what is there', () => {
    assertGolden(
      `${TOUR}/README.md`,
      tourSections()
        .map((section) => retold(section, SETTINGS[0]))
        .join(''),
    );
  });

  it('shows every pipeline of its folder, once', () => {
    const files = readdirSync(join(projectRoot, TOUR)).filter((name) => name.endsWith('.yaml'));
    assert.deepEqual(tourSections().flatMap(shownPipelines).sort(), files.sort());
  });

  for (const more of SETTINGS.slice(1)) {
    for (const section of tourSections()) {
      const [title] = section.split('\n', 1);
      if (shownPipelines(section).length > 0) {
        it(`is the same on ${more.LEAT_SLOTS} slots: ${title}`, () => assert.equal(retold(section, more), section));
      }
    }
  }
});

describe('DuckDB agrees with the tour about', () => {
  const tables = tourSections()
    .flatMap(shownCommands)
    .filter(({ command, output }) => /^(leat run -q [^|]*|cat out\/.*)$/.test(command) && output !== '');

  it('every table', () => {
    assert.deepEqual(tables.map(({ command }) => command).sort(), Object.keys(TOUR_QUERIES).sort());
  });

  for (const { command, output } of tables) {
    it(command, async () => {
      const [, ...rows]: string[][] = parse(output);
      const expected = await duckdbRows(TOUR_QUERIES[command]);
      const agree =
        rows.length === expected.length &&
        rows.every((row, i) => row.every((value, j) => sameText(value, expected[i][j] ?? '')));
      assert.ok(agree, `DuckDB has\n${expected.map((row) => row.join()).join('\n')}\nand leat\n${output}`);
    });
  }
});
