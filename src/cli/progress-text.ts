/** What progress looks like, apart from drawing it: pure functions of what the job reported. */

import type { ChalkInstance } from 'chalk';
import type { JobProgress, VertexProgress } from '../runtime/job-result.js';
import { displayWidth } from '../spec/display-width.js';
import { formatSize } from '../spec/size-text.js';
import { fitWidth, formatCount, formatSeconds, formatShortCount, plural } from './format.js';

const BAR_COLUMNS = 24;
const LEAST_BAR_COLUMNS = 8;
/** More lines than this would scroll a small terminal. */
const MAX_LINES = 8;
/** Nor does anybody read more in one line of a log. */
const MAX_PARTS = 4;

/** A line for each vertex at work, each at most `columns` - 1 wide: the last column would wrap on some terminals. */
export function progressBars(progress: JobProgress, columns: number, paint: ChalkInstance): string[] {
  const width = columns - 1;
  const running = progress.vertices.filter((vertex) => vertex.state === 'running').slice(0, MAX_LINES);
  const nameWidth = Math.min(Math.max(0, ...running.map((v) => displayWidth(v.name))), Math.floor(width / 3));
  return running.map((vertex) => {
    const share = shareDone(vertex);
    const name = fitWidth(vertex.name, nameWidth);
    const padded = name + ' '.repeat(nameWidth - displayWidth(name));
    const facts = factsThatFit(vertex, progress.elapsedMs, width - nameWidth - LEAST_BAR_COLUMNS - 2);
    const room = width - nameWidth - 2 - displayWidth(facts);
    if (room < LEAST_BAR_COLUMNS) return fitWidth(`${padded} ${facts}`, width);
    const bar = Math.min(BAR_COLUMNS, room);
    const done = Math.round(share * bar);
    return `${padded} ${paint.cyan('━'.repeat(done))}${paint.dim('─'.repeat(bar - done))} ${facts}`;
  });
}

/** On a narrow terminal the bytes go first, then the tasks; the rest is worth a line without a bar. */
function factsThatFit(vertex: VertexProgress, elapsedMs: number, width: number): string {
  const { percent, rows, bytes, tasks, left } = figures(vertex, elapsedMs);
  const lists = [
    [percent.padStart(4), rows, bytes, tasks, left],
    [percent.padStart(4), rows, tasks, left],
    [percent.padStart(4), rows, left],
  ].map((facts) => facts.filter((fact) => fact !== '').join('  '));
  return lists.find((facts) => displayWidth(facts) <= width) ?? lists[lists.length - 1];
}

/** One line without colour or cursor movement, for logs. */
export function progressLine(progress: JobProgress): string {
  const running = progress.vertices.filter((vertex) => vertex.state === 'running');
  const parts = running.slice(0, MAX_PARTS).map((vertex) => {
    const { percent, rows, bytes, tasks, left } = figures(vertex, progress.elapsedMs);
    return `${vertex.name}: ${[percent, rows, bytes, tasks, left].filter((fact) => fact !== '').join(', ')}`;
  });
  if (running.length > MAX_PARTS) parts.push(`${running.length - MAX_PARTS} more`);
  return `leat: ${formatSeconds(progress.elapsedMs)}${parts.length > 0 ? `: ${parts.join('; ')}` : ''}`;
}

function shareDone(vertex: VertexProgress): number {
  const share =
    vertex.bytesTotal > 0
      ? vertex.bytesDone / vertex.bytesTotal
      : vertex.splitsTotal > 0
        ? vertex.splitsDone / vertex.splitsTotal
        : 0;
  return Math.min(1, Math.max(0, share));
}

interface Figures {
  readonly percent: string;
  readonly rows: string;
  /** Empty when not known, as is `left`. */
  readonly bytes: string;
  readonly tasks: string;
  readonly left: string;
}

function figures(vertex: VertexProgress, elapsedMs: number): Figures {
  const share = shareDone(vertex);
  const { bytesDone, bytesTotal } = vertex;
  return {
    percent: `${Math.floor(share * 100)}%`,
    rows: `${formatShortCount(vertex.recordsIn)} rows`,
    bytes: bytesTotal > 0 ? `${formatSize(Math.min(bytesDone, bytesTotal))} of ${formatSize(bytesTotal)}` : '',
    tasks: plural(vertex.tasksRunning, 'task'),
    // The job's time stands for the vertex's: too long for a later vertex, which only makes the estimate careful.
    left: share > 0.02 && share < 1 && elapsedMs > 500 ? `${formatLeft((elapsedMs * (1 - share)) / share)} left` : '',
  };
}

function formatLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}
