/** "Did you mean": the candidate nearest to a name that was not found. */
import { distance } from 'fastest-levenshtein';

/**
 * A candidate that differs only in case, else the nearest within a third of the name's length, else one that is a word of
 * the name, as `union` is of `union_all`; ties by order.
 */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    if (lower === wanted) return candidate;
    const far = isSwap(wanted, lower) ? 1 : distance(wanted, lower);
    if (far < bestDistance && far < candidate.length) [best, bestDistance] = [candidate, far];
  }
  return best ?? wordOf(wanted, candidates);
}

function wordOf(wanted: string, candidates: Iterable<string>): string | undefined {
  const words = wanted.split(/[^\p{L}\p{N}]+/u);
  return [...candidates].find((candidate) => candidate.length > 2 && words.includes(candidate.toLowerCase()));
}

/** Two neighbours changed places: one slip of the fingers, which Levenshtein counts as two. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

/** A hint: the nearest candidate, else what there is to choose from. `what` names the candidates: "columns". */
export function didYouMean(name: string, candidates: Iterable<string>, what: string, most?: number): string {
  const all = [...candidates];
  const meant = suggest(name, all);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  return all.length === 0 ? `there are no ${what} here` : `${what}: ${listed(all, most)}`;
}

/** The first dozen, so that a wide table does not fill the screen; or `most`. */
export function listed(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
