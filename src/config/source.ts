import { nearest } from "../base/nearest.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What some clients pass for a setting that the user has left empty. */
const LEFT_EMPTY = /^\$\{user_config\.[^}]*\}$/;
/** A reference that the client should have replaced, usually to a variable that is not in its own environment. */
const UNFILLED = /^\$(?:\{[^{}]*\}|\{\{[^{}]*\}\}|TELZINO_\w+)$/;
/** A client's token for a server over HTTP. Clients that pass on their whole environment pass it on too. */
const OF_CLIENTS = "TELZINO_MCP_TOKEN";
/** What may be missing at start. Any other reference that is not filled in is an error: it may have been meant to restrict. */
const CREDENTIAL = /^TELZINO_(?:CLIENT_ID|CLIENT_SECRET|ACCESS_TOKEN|SIP_SECRET_(?!\w+_HOSTS$)\w+)$/;

/** The variables that are set, and what has been found wrong with them so far. */
export class Source {
  /** Each a whole sentence. No value is repeated: it may be a secret that got into the wrong variable. */
  readonly problems: string[] = [];
  readonly notes: string[] = [];
  readonly #values: ReadonlyMap<string, string>;

  constructor(env: Environment) {
    const isSet = (entry: [string, string | undefined]): entry is [string, string] => {
      const [name, value = ""] = [entry[0], entry[1]?.trim()];
      if (value === "" || LEFT_EMPTY.test(value)) return false;
      if (!CREDENTIAL.test(name) || !UNFILLED.test(value)) return true;
      this.notes.push(
        `${name} counts as not set: the client passed a reference ($…) instead of a value. Set the variable in the environment that the client is started from, or give the client the value itself.`,
      );
      return false;
    };
    this.#values = new Map(Object.entries(env).filter(isSet));
  }

  get names(): string[] {
    return [...this.#values.keys()];
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value exactly as it is, blanks around it included. */
  raw(name: string): string | undefined {
    return this.#values.get(name);
  }

  /**
   * Hands the value to `reader`. A `RangeError` from it is recorded under the setting's name, and so is a
   * reference that was not filled in: no reader takes one for a value.
   *
   * @returns `undefined` if the setting is absent or wrong.
   */
  read<Value>(
    name: string,
    reader: (text: string) => Value,
    given: string | undefined = this.raw(name)?.trim(),
  ): Value | undefined {
    if (given === undefined) return undefined;
    if (UNFILLED.test(given.trim())) {
      this.problems.push(
        `${name} is a reference ($…) that was not filled in. Give the value itself, or set the variable in the environment that the client is started from.`,
      );
      return undefined;
    }
    try {
      return reader(given);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.problems.push(`${name} ${error.message}.`);
      return undefined;
    }
  }

  /** Records every variable of ours that is neither known nor of a known family. */
  refuseUnknown(known: readonly string[], family: RegExp): void {
    for (const name of this.names) {
      if (!/^TELZINO_/i.test(name) || name === OF_CLIENTS || known.includes(name) || family.test(name))
        continue;
      const shown = name.replace(/[^\w.-]/g, "?").slice(0, 80);
      this.problems.push(`${shown} is not a variable of this program${suggestion(name, known)}`);
    }
  }
}

const FAMILY = "TELZINO_SIP_SECRET_";

function suggestion(name: string, known: readonly string[]): string {
  const short = (variable: string) => variable.slice("TELZINO_".length);
  const wanted = short(name.toUpperCase());
  const near =
    nearest(wanted, known.map(short)) ??
    known.map(short).find((candidate) => wanted.length > 1 && candidate.includes(wanted));
  if (near !== undefined) return `: did you mean TELZINO_${near}?`;
  // The end of such a name is free, so only its beginning is compared.
  const heads = [-2, -1, 0, 1, 2].map((more) => `TELZINO_${wanted}`.slice(0, FAMILY.length + more));
  if (heads.some((head) => nearest(short(head), [short(FAMILY)]))) {
    return `: did you mean ${FAMILY}<NAME>, with a name of capitals, digits and _?`;
  }
  return `. Known are ${known.join(", ")} and ${FAMILY}<NAME>.`;
}
