import { FLAGGED, type Flags } from "./settings.js";

const SANDBOX = { name: "sandbox", flag: "--sandbox", takes: undefined } as const;

/**
 * The flags of a start of the server over stdio, as clients are configured with them: read without the parser of commands,
 * which would take as long to load as the server.
 *
 * @returns `undefined` for anything else, such as a command, a mistake or `--help`: the parser has to say what it is.
 */
export function plainFlags(argv: readonly string[]): Flags | undefined {
  const flags: Record<string, string | boolean> = {};
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const setting = [SANDBOX, ...FLAGGED].find(({ flag }) => flag === word);
    if (setting === undefined) return undefined;
    const given = setting.takes === undefined ? true : words.shift();
    if (given === undefined) return undefined;
    flags[setting.name] = given;
  }
  return flags as Flags;
}
