/** What a format of input files is to the verb `read`: one file a format in this folder, one line in registry.ts. */
import type { ProjectColumn, ScanColumn } from '../../dataflow/logical-graph.js';
import type { LoweringContext } from '../../dataflow/verb.js';
import { LeatError } from '../../errors.js';
import type { InputFile } from '../../formats/input-file.js';
import type { SourceText } from '../../spec/pipeline-spec.js';
import { type Located, locatedText } from '../../spec/source.js';
import { toldAtStep } from '../step-place.js';
import type { ReadOptions } from './read-options.js';

/** Beside the place in the file. */
export const READ_HERE = 'it is read here';

export interface NamedFile {
  readonly file: InputFile;
  /** As the pipeline names it: what a pattern stands for starts from where the pattern does. */
  readonly name: string;
  /** Where the pipeline names it; one object for all files of a pattern. */
  readonly at: Located;
}

export interface ReadRequest {
  readonly context: LoweringContext;
  /** At least one, in the order that they are read in. */
  readonly files: readonly NamedFile[];
  /** Where the step names the first of them. */
  readonly source: SourceText;
  readonly options: ReadOptions;
}

/** A scan as the logical graph has it. */
export interface PlannedScan {
  /** The kind of the physical source. */
  readonly factory: string;
  /** Its configuration, but for the columns. */
  readonly config: object;
  readonly columns: readonly ScanColumn[];
  /** Columns behind the scan, where the pipeline wants other types than the files have. */
  readonly casts?: readonly ProjectColumn[];
  /** See the scan of the logical graph. */
  readonly rawText?: string;
  readonly rowsNeverFail?: true;
}

export interface ReadFormat {
  readonly name: string;
  /** As messages say it: `CSV files`. */
  readonly called: string;
  /** Ends of names that say this format, in lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Keys of a `read` that only files of this format, or of others that name them too, have. */
  readonly options: readonly (keyof ReadOptions)[];
  /** The columns of all of its files, which no schema declares. */
  readonly fixedColumns?: readonly ScanColumn[];
  /** Its columns may say how their values are written. */
  readonly takesForms?: true;
  /** undefined when something was wrong and was reported. */
  plan(request: ReadRequest): PlannedScan | undefined;
}

/** The files of the request, with what it says about their compression. */
export function inputsOf({ files, options }: ReadRequest): readonly InputFile[] {
  const compression = options.compression === 'auto' ? undefined : options.compression;
  return files.map(({ file }) => ({ ...file, compression }));
}

/** An error about a file becomes a diagnostic at the step that reads it, beside the place in the file. */
export function atStep<T>(context: LoweringContext, source: SourceText, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof LeatError)) throw error;
    for (const diagnostic of error.diagnostics) context.report(toldAtStep(diagnostic, locatedText(source), READ_HERE));
    return undefined;
  }
}
