import type { Logger } from "../../base/log.js";
import { inSlices, type Steps } from "../../base/steps.js";
import type { HttpSettings } from "../../config/http.js";
import { ConfigError } from "../../config/index.js";
import { cleanText } from "../../redaction/text.js";
import { type TenantsFile, tenantsFileSteps } from "./file.js";
import type { Tenants } from "./tenants.js";

/** Maximum of problems in one log line. At start all are reported. */
const TOLD = 20;

/** The tenants file, from which the tenants come: at start, and again when it is told to. */
export class TenantsSource {
  readonly tenants: Tenants;
  readonly #path: string;
  readonly #settings: HttpSettings;
  readonly #log: Logger;
  #reading: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  constructor(path: string, tenants: Tenants, settings: HttpSettings, log: Logger) {
    this.tenants = tenants;
    this.#path = path;
    this.#settings = settings;
    this.#log = log;
  }

  /** @throws ConfigError; the tenants are then as they were. */
  async load(): ReturnType<Tenants["replace"]> {
    const file = await inSlices(tenantsFileSteps(this.#path));
    await inSlices(this.#tell(file));
    return this.tenants.replace(file.tenants);
  }

  /** A failure is only logged. Requests during a reload lead to one more after it. */
  reload(): Promise<void> {
    this.#waiting ??= this.#reading.then(() => {
      this.#waiting = undefined;
      this.#reading = this.#reload();
      return this.#reading;
    });
    return this.#waiting;
  }

  async #reload(): Promise<void> {
    try {
      const counts = await this.load();
      if (counts) this.#log.warn("The tenants file was read again", counts);
    } catch (error) {
      const problems = error instanceof ConfigError ? error.problems : [String(error)];
      const more = problems.length > TOLD ? [`… and ${problems.length - TOLD} more.`] : [];
      const told = problems.slice(0, TOLD).map((problem) => cleanText(problem, 300));
      this.#log.error("The tenants file cannot be used: what was read before stays", {
        problems: [...told, ...more].join(" "),
      });
    }
  }

  *#tell({ tenants, notes }: TenantsFile): Steps<void> {
    for (const note of notes) {
      this.#log.warn(note);
      yield;
    }
    if (this.#settings.oauth !== undefined) return;
    for (const { name, principals } of tenants) {
      if (principals.length > 0) {
        this.#log.warn(`tenants.${name}.principals are of no use without --oauth-issuer.`);
      }
      yield;
    }
  }
}
