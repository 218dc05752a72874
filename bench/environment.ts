/**
 * What the processes measured see of this one's environment. Settings of node itself stay out: NODE_EXTRA_CA_CERTS alone
 * makes each start of Node 20 about 60 ms longer, leat's, DuckDB's and the bare command's.
 */
export const PLAIN_ENVIRONMENT: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')),
);
