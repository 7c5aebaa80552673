import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "./folders.js";

const run = promisify(execFile);

interface Certificate {
  /** PEM, with what the server shall send after it. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

interface Recipe {
  readonly subjectAltName: string | undefined;
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
  readonly issuer?: "ca" | "intermediate" | "self";
  readonly sendsIntermediate?: boolean;
}

/** Each is named as the host that it is served for; what is wrong with it is said here. */
const RECIPES = {
  /** Good by every rule, also for 127.0.0.1, ::1 and localhost. */
  "pbx.test": { subjectAltName: "DNS:pbx.test,DNS:localhost,URI:sip:pbx.test,IP:127.0.0.1,IP:::1" },
  /** Good, issued by the intermediate, which is sent with it. */
  "chain.test": { subjectAltName: "DNS:chain.test", issuer: "intermediate", sendsIntermediate: true },
  /** Names itself as a SIP URI only: good by RFC 5922, refused by the web's rules. */
  "sipuri.test": { subjectAltName: "URI:sip:sipuri.test" },
  /** A SIP URI of another domain beside its own DNS name: refused by RFC 5922, good by the web's rules. */
  "otheruri.test": { subjectAltName: "URI:sip:customer.test,DNS:otheruri.test" },
  /** No subjectAltName at all, only the common name. */
  "cn.test": { subjectAltName: undefined },
  /** A wildcard, which RFC 5922 does not know. */
  "pbx.wildcard.test": { subjectAltName: "DNS:*.wildcard.test" },
  "wrong.test": { subjectAltName: "DNS:somewhere-else.test" },
  /** Since 12 days. */
  "expired.test": { subjectAltName: "DNS:expired.test", from: -400, to: -12 },
  "future.test": { subjectAltName: "DNS:future.test", from: 20, to: 400 },
  "self.test": { subjectAltName: "DNS:self.test", issuer: "self" },
  /** Issued by the intermediate, which is not sent. */
  "incomplete.test": { subjectAltName: "DNS:incomplete.test", issuer: "intermediate" },
} as const satisfies Readonly<Record<string, Recipe>>;

export type CertificateName = keyof typeof RECIPES;

export interface Certificates {
  /** PEM of the root, for a client that trusts it. */
  readonly ca: string;
  /** PEM of the intermediate. */
  readonly intermediate: string;
  readonly issued: Readonly<Record<CertificateName, Certificate>>;
}

const CONFIG = `
[ca]
default_ca = authority
[authority]
new_certs_dir = $ENV::FOLDER
database = $ENV::FOLDER/index
rand_serial = yes
default_md = sha256
policy = policy
unique_subject = no
email_in_dn = no
[policy]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority_extensions]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
`;

let made: Promise<Certificates> | undefined;

/** A throw-away authority and its certificates, made by openssl once a process. Keys are EC P-256. */
export function certificates(): Promise<Certificates> {
  made ??= makeCertificates();
  return made;
}

async function makeCertificates(): Promise<Certificates> {
  const folder = temporaryFolder("certificates");
  try {
    return await new Workshop(folder).make();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Workshop {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async make(): Promise<Certificates> {
    await writeFile(this.#path("index"), "");
    await this.#authority("ca", "self");
    await this.#authority("intermediate", "ca");
    const [ca, intermediate] = await Promise.all([this.#read("ca.pem"), this.#read("intermediate.pem")]);
    const issued: Partial<Record<CertificateName, Certificate>> = {};
    // One after the other: `openssl ca` keeps a database.
    for (const [name, recipe] of Object.entries<Recipe>(RECIPES)) {
      await this.#server(name, recipe);
      const cert = await this.#read(`${name}.pem`);
      issued[name as CertificateName] = {
        cert: recipe.sendsIntermediate ? cert + intermediate : cert,
        key: await this.#read(`${name}.key`),
      };
    }
    return { ca, intermediate, issued: issued as Record<CertificateName, Certificate> };
  }

  async #authority(name: string, issuer: "self" | "ca"): Promise<void> {
    await writeFile(this.#path(`${name}.cnf`), CONFIG);
    await this.#request(name, `Test ${name === "ca" ? "Root" : "Intermediate"} CA`);
    await this.#sign(name, issuer, "authority_extensions", -2, 3_650);
  }

  async #server(name: string, recipe: Recipe): Promise<void> {
    const alternative = recipe.subjectAltName ? `subjectAltName = ${recipe.subjectAltName}\n` : "";
    await writeFile(this.#path(`${name}.cnf`), `${CONFIG}${alternative}`);
    await this.#request(name, name);
    await this.#sign(name, recipe.issuer ?? "ca", "server", recipe.from ?? -1, recipe.to ?? 365);
  }

  async #request(name: string, commonName: string): Promise<void> {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`];
    const subject = ["-subj", `/CN=${commonName}`, "-out", `${name}.csr`];
    await this.#openssl("req", "-new", "-config", `${name}.cnf`, ...key, ...subject);
  }

  async #sign(name: string, issuer: string, extensions: string, from: number, to: number): Promise<void> {
    const signer =
      issuer === "self"
        ? ["-selfsign", "-keyfile", `${name}.key`]
        : ["-cert", `${issuer}.pem`, "-keyfile", `${issuer}.key`];
    const dates = ["-startdate", opensslDate(from), "-enddate", opensslDate(to)];
    const what = ["-in", `${name}.csr`, "-out", `${name}.pem`, "-extensions", extensions, "-notext"];
    await this.#openssl("ca", "-batch", "-config", `${name}.cnf`, ...signer, ...dates, ...what);
  }

  async #openssl(...argv: string[]): Promise<void> {
    await run("openssl", argv, {
      cwd: this.#folder,
      env: { ...process.env, FOLDER: this.#folder },
      timeout: 20_000,
    });
  }

  #path(file: string): string {
    return join(this.#folder, file);
  }

  #read(file: string): Promise<string> {
    return readFile(this.#path(file), "utf8");
  }
}

/** `20261123040000Z`. */
function opensslDate(days: number): string {
  const date = new Date(Date.now() + days * 86_400_000);
  return `${date.toISOString().slice(0, 19).replace(/\D/g, "")}Z`;
}

/** Writes certificate and key for a server that reads files: `NAME.pem`, `NAME.key`, and `NAME.both.pem` with both. */
export async function writeCertificate(folder: string, name: CertificateName): Promise<void> {
  const { issued } = await certificates();
  const { cert, key } = issued[name];
  await writeFile(join(folder, `${name}.pem`), cert);
  await writeFile(join(folder, `${name}.key`), key, { mode: 0o600 });
  await writeFile(join(folder, `${name}.both.pem`), cert + key, { mode: 0o600 });
}
