import type { Secret } from "../../redaction/secret.js";
import type { OpenTenant, TenantSettings } from "./services.js";

/** A tenant of the file, which is opened when it is first needed: of thousands few may ever call. */
export class TenantEntry {
  readonly #settings: TenantSettings;
  readonly #key: Uint8Array;
  readonly #make: () => OpenTenant;
  #fingerprint: string | undefined;
  #opened: OpenTenant | undefined;
  #gone = false;

  /** @param key of this process, for hashes of its secrets. */
  constructor(settings: TenantSettings, key: Uint8Array, make: () => OpenTenant) {
    this.#settings = settings;
    this.#key = key;
    this.#make = make;
  }

  get name(): string {
    return this.#settings.name;
  }

  /** Always the same one. */
  open(): OpenTenant {
    this.#opened ??= this.#make();
    return this.#opened;
  }

  /** The same; `undefined` once it was removed: no one would close what is opened then. */
  readonly openIfThere = (): OpenTenant | undefined => (this.#gone ? undefined : this.open());

  /** Asks the API for something small in the tenant's name. @throws TelzinoError, and the signal's reason. */
  async probe(signal: AbortSignal): Promise<void> {
    const tenant = this.openIfThere();
    // Code that asks one tenant after the other may reach one that was removed meanwhile.
    if (tenant === undefined) throw new Error("the tenant is no longer in the file");
    await tenant.probe(signal);
  }

  /** Takes it out of use. @returns what has to be closed: nothing if it was never used. */
  leave(): OpenTenant | undefined {
    this.#gone = true;
    return this.#opened;
  }

  /** Whether services from the other's settings would be the same. */
  isLike(other: TenantEntry): boolean {
    return this.#mark() === other.#mark();
  }

  #mark(): string {
    this.#fingerprint ??= fingerprintOf(this.#settings, this.#key);
    return this.#fingerprint;
  }
}

/** What decides over a tenant's services, secrets as keyed hashes. Tokens and principals do not. */
function fingerprintOf(settings: TenantSettings, key: Uint8Array): string {
  const { name, apiUrl, auth, organizations, agents, readOnly, passwordPage, sipSecrets, testCalls } =
    settings;
  const mark = (secret: Secret) => secret.fingerprint(key);
  return JSON.stringify([
    [name, apiUrl.href, organizations, agents, readOnly, passwordPage, testCalls],
    auth?.kind === "token" && mark(auth.accessToken),
    auth?.kind === "clientCredentials" && [auth.clientId, mark(auth.clientSecret)],
    [...sipSecrets].map(([secretName, { secret, hosts }]) => [secretName, mark(secret), hosts]).sort(),
  ]);
}
