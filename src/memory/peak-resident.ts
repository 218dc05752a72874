/** The most resident memory that this process has taken, in bytes. */
import { readFileSync } from 'node:fs';

/**
 * Linux counts what the parent had when it started this process into `maxRSS`, but not into the high-water mark of the memory that
 * the process has now.
 */
export function peakResidentBytes(): number {
  try {
    const [, kib] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
    if (kib !== undefined) return Number(kib) * 1024;
  } catch {
    // Another system.
  }
  return process.resourceUsage().maxRSS * 1024;
}
