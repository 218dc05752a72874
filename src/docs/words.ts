/** Words that people look for and that are no topic themselves: words of SQL, of other tools, of the shell. */

/** Topics by such words, in lower case. */
const TOPICS_OF: Readonly<Record<string, readonly string[]>> = {
  aggregate: ['group by', 'group', 'groups', 'grouping', 'having', 'rollup'],
  check: ['unique', 'not null', 'assert', 'constraint', 'constraints', 'foreign key', 'references', 'validation'],
  checks: ['failed', 'gate', 'severity', 'warn'],
  count: ['count_distinct'],
  derive: ['with_column', 'with_columns', 'mutate', 'new column'],
  dedupe: ['duplicate', 'duplicates', 'dedup', 'deduplicate', 'drop_duplicates'],
  distinct: ['unique', 'duplicate', 'duplicates'],
  filter: ['where', 'condition', 'rest'],
  join: [
    'join keys',
    'asof join',
    'merge_asof',
    'keys',
    'left join',
    'right join',
    'full join',
    'outer join',
    'inner join',
    'anti join',
    'lookup',
  ],
  limit: ['top', 'head', 'first rows'],
  parameters: ['variable', 'variables', 'env', 'environment', 'path', 'argument', 'arguments'],
  pipelines: ['include', 'import', 'library', 'libraries', 'template', 'macro'],
  reading: ['null', 'nulls', 'csv', 'header', 'infer', 'inference', 'input', 'glob', 'globs', 'wildcard', 'wildcards'],
  regexp_matches: ['regex', 'regexp', 'regular expression', 'regular expressions'],
  running: [
    'exit',
    'exit status',
    'exit code',
    'status',
    'stdout',
    'stderr',
    'quiet',
    'json',
    'report',
    'color',
    'colour',
  ],
  sort: ['order by', 'order', 'ordering', 'desc', 'asc'],
  types: ['null', 'nulls', 'case', 'coercion', 'timezone', 'time zone', 'decimals', 'type'],
  union: ['append', 'concat rows', 'union all', 'combine'],
  writing: ['csv', 'output', 'outputs'],
};

/** The names of the topics that say something about it. */
export function topicsAbout(word: string): readonly string[] {
  return Object.entries(TOPICS_OF).flatMap(([topic, words]) => (words.includes(word) ? [topic] : []));
}
