/** Numbers and times for people: short, with units, the same everywhere. */
import { isAbsolute, relative } from 'node:path';
import { displayWidth } from '../spec/display-width.js';

export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** At most four characters and a unit: `12.3 M`. For rates and progress, where digits only flicker. */
export function formatShortCount(count: number): string {
  if (count < 10_000) return formatCount(count);
  const [scaled, unit] = count < 1e6 ? [count / 1e3, 'k'] : count < 1e9 ? [count / 1e6, 'M'] : [count / 1e9, 'G'];
  return `${scaled.toFixed(scaled < 100 ? 1 : 0)} ${unit}`;
}

export function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${rest} s`;
}

export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `text` in at most `width` columns; what is cut is shown by an ellipsis. */
export function fitWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let fitted = '';
  let used = 0;
  for (const character of text) {
    const columns = displayWidth(character);
    if (used + columns > width - 1) break;
    fitted += character;
    used += columns;
  }
  return width > 0 ? `${fitted}…` : '';
}

/** `path` relative to `folder` where that is shorter. */
export function shortPath(path: string, folder: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(folder, path);
  return short !== '' && !isAbsolute(short) && short.length < path.length ? short : path;
}
