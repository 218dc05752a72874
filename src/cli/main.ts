/**
 * What bin/ starts: threads first, if the run will need them, then the program. Loading the program and planning take
 * longer than a thread takes to come up, on another core.
 */
export async function main(argv: readonly string[], entry: string, development = false): Promise<void> {
  const early = argv[0] === 'run' ? await import('./early-threads.js') : undefined;
  await early?.startEarlyThreads(argv.slice(1), process.env);
  const { runProgram } = await import('./program.js');
  await runProgram(argv, entry, development);
  await early?.closeEarlyThreads();
}
