import type { LogReport, SourceReport } from "../../logs/index.js";
import type { CallContext, Services } from "../core/context.js";
import { ToolError } from "../core/errors.js";

/** The one of the two that was given. @throws ToolError */
export function oneOf(
  log: string | undefined,
  file: string | undefined,
  { readsFiles }: Pick<Services, "readsFiles">,
): { log: string } | { log?: undefined; file: string } {
  if (readsFiles !== true) {
    if (log !== undefined && file === undefined) return { log };
    throw new ToolError(
      "log is missing: the lines of the log or trace, as text. This server reads no files.",
    );
  }
  if (log !== undefined && file === undefined) return { log };
  if (log === undefined && file !== undefined) return { file };
  throw new ToolError("Give either log (the lines, as text) or file (a path that the user named).");
}

const MEGABYTE = 1_048_576;

/** Reads the file beside whatever else the server does. @throws ToolError, the signal's reason */
export async function readFileOrExplain(
  file: string,
  options: { readonly username?: string; readonly presetId?: string; readonly maxEvents: number },
  { signal, progress }: Pick<CallContext, "progress" | "signal">,
  readText: (text: string) => Promise<LogReport>,
): Promise<SourceReport> {
  const [{ LogFileError, openLogFile }, { readSource }] = await Promise.all([
    import("../../logs/log-source.js"),
    import("../../logs/read-source.js"),
  ]);
  try {
    const source = await openLogFile(file);
    try {
      return await readSource(source, options, {
        signal,
        readText,
        progress: (done, total) => {
          const all = total === undefined ? "" : ` of ${megabytes(total)}`;
          progress(`Reading the file, ${megabytes(done)}${all} MB`, done, total);
        },
      });
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof LogFileError)) throw error;
    throw new ToolError(`The file was not read: ${error.message}.`, [
      "Ask the user for the full path of the log or capture on this computer.",
    ]);
  }
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(0);
}
