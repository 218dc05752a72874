/** Mistakes of checks, found before anything runs. */
import { findMistakes, type Mistake, READ, WRITE } from './support/find-mistakes.js';

const CUSTOMERS = '  - name: customers\n    read: in.csv\n';

const MISTAKES: readonly Mistake[] = [
  {
    name: 'checks of what is not there, of no condition, of nothing',
    steps: `${READ}  - check:\n      a: amont > 1\n      b: id + 1\n      c: { unique: idd }\n      d: { severity: warn }\n      e: sum(amont) > 1\n${WRITE}`,
    expected: [['7:7', 'SPEC_MISSING_KEY', /`that`.*`references`/]],
  },
  {
    name: 'checks of columns that are not there, and of no condition',
    steps: `${READ}  - check:\n      a: amont > 1\n      b: id + 1\n      c: { unique: idd }\n      e: sum(amont) > 1\n      f: sum(id)\n${WRITE}`,
    expected: [
      ['4:10', 'EXPR_UNKNOWN_COLUMN', /did you mean `amount`/],
      ['5:10', 'EXPR_NOT_BOOLEAN', /boolean/],
      ['6:20', 'EXPR_UNKNOWN_COLUMN', /`id`/],
      ['7:14', 'EXPR_UNKNOWN_COLUMN', /did you mean `amount`/],
      ['8:10', 'EXPR_NOT_BOOLEAN', /boolean/],
    ],
  },
  {
    name: 'references to a step and to columns that are not there, of a column that is not there',
    steps: `${CUSTOMERS}${READ}  - check:\n      a: { references: { id: custmers.id } }\n${WRITE}${READ}  - check:\n      b: { references: { idd: customers.id, id: customers.idd } }\n  - write: b.csv\n${READ}  - check: { references: { id: customers } }\n  - write: c.csv\n`,
    expected: [
      ['6:30', 'PLAN_UNKNOWN_STEP', /did you mean "customers"/],
      ['10:26', 'EXPR_UNKNOWN_COLUMN', /did you mean `id`/],
      ['10:49', 'EXPR_UNKNOWN_COLUMN', /no column idd.*did you mean `id`/],
      ['13:32', 'SPEC_BAD_VALUE', /a step and its column, found customers.*`customers.id`/],
    ],
  },
  {
    name: 'references to a column of another type, to the step itself',
    steps: `${CUSTOMERS}${READ}  - check: { references: { country: customers.id } }\n${WRITE}${READ}  - name: gate\n    check: { references: { id: gate.id } }\n  - write: b.csv\n`,
    expected: [
      ['5:37', 'EXPR_TYPE_MISMATCH', /country is string and id of customers is int.*cast country before this step/],
      ['9:5', 'PLAN_CYCLE', /feeds itself/],
    ],
  },
  {
    name: 'references that are no map',
    steps: `${CUSTOMERS}${READ}  - check: { references: customers.id }\n${WRITE}  - from: customers\n    write: b.csv\n`,
    expected: [['5:26', 'SPEC_WRONG_KIND', /`references`/]],
  },
];

findMistakes(MISTAKES);
