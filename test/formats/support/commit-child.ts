/**
 * A process that stages and commits files and is killed with SIGKILL before the n-th step: for publishing.test.ts.
 * Arguments: the step's number, the content, then the targets; one that ends in / is a folder, with a part for each line.
 */
import { writeFileSync } from 'node:fs';
import { prepareFileOutput } from '../../../src/formats/publishing/file-output.js';
import { prepareFolderOutput } from '../../../src/formats/publishing/folder-output.js';
import { OrderedFileState } from '../../../src/formats/publishing/ordered-file.js';
import { publishOutputs } from '../../../src/formats/publishing/publish.js';

const [dieAt, content, ...targets] = process.argv.slice(2);
const jobId = `child${process.pid}`;
let steps = 0;
const onStep = (): void => {
  if (steps++ === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
};

onStep();
const outputs = targets.map((path) => {
  if (!path.endsWith('/')) return prepareFileOutput({ kind: 'file', path }, 1, { jobId });
  return prepareFolderOutput(path, 1, { jobId, mode: 'replace', partBytes: 1, extension: '.csv', quotes: true });
});
onStep();
for (const { prepared } of outputs) {
  writeFileSync(prepared.path, content);
  new OrderedFileState(prepared.shared, 1).passTurn(0, content.length, 1);
}
onStep();
const staged = [];
for (const output of outputs) staged.push(...(await output.finish()));
await publishOutputs(staged, jobId, { onStep });
console.log(`steps ${steps}`);
