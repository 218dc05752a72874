/**
 * YAML text -> positioned tree. Read from the parser's node tree, never through plain objects: scalars keep their exact
 * text, keys their order. Anchors, aliases and `<<` are resolved; tags, several documents, every complaint of the
 * parser, keys given twice, values cut in two and characters made by escapes are errors, all reported at once.
 *
 *     text --Parser--> tokens --Composer--> nodes --TreeBuilder--> SpecNode
 *                         |                   |
 *                    tags, depth           complaints
 */
import { Composer, type CST, Parser, type YAMLError } from 'yaml';
import type { Diagnostic } from '../errors.js';
import type { SourceFile, SpecNode } from './pipeline-spec.js';
import { diagnosticInFile, sortByPlace } from './source.js';
import { TreeBuilder } from './tree-builder.js';
import { explainYamlErrors } from './yaml-slips.js';
import { readTokens } from './yaml-tokens.js';

export interface YamlTree {
  /** undefined: the file is empty, or so wrong that there is no tree. */
  readonly root: SpecNode | undefined;
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Neither YAML nor a pipeline has a use for these; a lone carriage return is a line to some readers and none to others. */
const RAW_CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/;

export function readYaml(file: SourceFile): YamlTree {
  const control = RAW_CONTROL.exec(file.text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const span = { start: control.index, end: control.index + 1 };
    return failed([
      diagnosticInFile('SPEC_YAML_UNSAFE', `a control character (U+${code})`, file, span, { hint: 'remove it' }),
    ]);
  }
  const tokens: CST.Token[] = [...new Parser().parse(file.text)];
  const read = readTokens(file, tokens);
  if (read.isTooDeep) return failed(read.diagnostics);

  const options = { schema: 'failsafe', keepSourceTokens: true, uniqueKeys: false, strict: true } as const;
  const documents = [...new Composer(options).compose(tokens, true, file.text.length)];
  const complaints: YAMLError[] = documents
    .flatMap((document) => [...document.errors, ...document.warnings])
    // Tags and directives are reported from the tokens, known to the parser or not.
    .filter(({ code }) => code !== 'TAG_RESOLVE_FAILED' && code !== 'BAD_DIRECTIVE')
    .filter(({ pos }) => pos[0] < read.brokenFrom);
  const diagnostics = [...read.diagnostics, ...explainYamlErrors(file, complaints, read.flowSpans)];
  if (diagnostics.length > 0) return failed(diagnostics);

  const builder = new TreeBuilder(file);
  const root = builder.build(documents[0].contents);
  return { root, diagnostics: sortByPlace(builder.diagnostics) };
}

function failed(diagnostics: readonly Diagnostic[]): YamlTree {
  return { root: undefined, diagnostics: sortByPlace(diagnostics) };
}
