/** Stands before slot-entry.ts when leat runs from its sources: Node runs no --import ahead of piscina's worker file. */
import { register } from 'tsx/esm/api';

register();
export default (await import('./slot-entry.ts')).default;
