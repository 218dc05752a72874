/** "Did you mean": the candidate nearest to a name that was not found. */
import { distance } from 'fastest-levenshtein';

/** A candidate that differs only in case, else the nearest within a third of the name's length; ties by order. */
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
  return best;
}

/** Two neighbours changed places: one slip of the fingers, which Levenshtein counts as two. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

/** A hint: the nearest candidate, else what there is to choose from. `what` names the candidates: "verbs". */
export function didYouMean(name: string, candidates: Iterable<string>, what: string): string {
  const all = [...candidates];
  const meant = suggest(name, all);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  return all.length === 0 ? `there are no ${what} here` : `${what}: ${listed(all)}`;
}

/** The first dozen, so that a wide table does not fill the screen. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}
