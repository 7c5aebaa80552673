import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface TestCertificate {
  /** PEM, with the intermediate certificates that the server is to send. */
  readonly cert: string;
  readonly key: string;
}

export interface TestCertificates {
  /** The root that signed them, in PEM: what a client has to trust. */
  readonly ca: string;
  /** DNS:pbx.test, DNS:localhost, IP:127.0.0.1, IP:::1. */
  readonly ok: TestCertificate;
  /** For pbx.test, ended an hour ago. */
  readonly expired: TestCertificate;
  /** For pbx.test, ends in five days. */
  readonly expiresSoon: TestCertificate;
  /** For pbx.test, from tomorrow on. */
  readonly notYetValid: TestCertificate;
  /** DNS:somewhere-else.test. */
  readonly wrongName: TestCertificate;
  /** For pbx.test, by itself. */
  readonly selfSigned: TestCertificate;
  /** URI:sip:pbx.test only: good by RFC 5922, unknown to web rules. */
  readonly sipUri: TestCertificate;
  /** DNS:*.example.test: good by web rules, not by RFC 5922. */
  readonly wildcard: TestCertificate;
  /** For pbx.test by an intermediate that is sent along. */
  readonly chained: TestCertificate;
  /** The same certificate with another intermediate. */
  readonly otherChain: TestCertificate;
  /** For pbx.test by a certificate that is no authority, which is sent along. */
  readonly byNoAuthority: TestCertificate;
  /** The same certificate without the intermediate. */
  readonly incompleteChain: TestCertificate;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const HOUR = 3_600_000;
const PBX = "DNS:pbx.test,DNS:localhost,IP:127.0.0.1,IP:::1";

let made: Promise<TestCertificates> | undefined;

/** Certificates made with the `openssl` command, once a process. */
export function testCertificates(): Promise<TestCertificates> {
  made ??= makeAll();
  return made;
}

async function makeAll(): Promise<TestCertificates> {
  const folder = await mkdtemp(join(tmpdir(), "sip-certificates-"));
  try {
    const maker = new Maker(folder);
    await maker.selfSigned("ca", "/CN=Test root", ["basicConstraints=critical,CA:TRUE"]);
    const now = Date.now();
    const year: [Date, Date] = [new Date(now - 24 * HOUR), new Date(now + 365 * 24 * HOUR)];
    const leaf = (name: string, names: string, dates = year, signer = "ca") =>
      maker.signed(name, signer, dates, [`subjectAltName=${names}`, "extendedKeyUsage=serverAuth"]);
    await maker.signed("between", "ca", year, ["basicConstraints=critical,CA:TRUE"]);
    const ok = await leaf("ok", PBX);
    const expired = await leaf("expired", PBX, [new Date(now - 400 * 24 * HOUR), new Date(now - HOUR)]);
    const expiresSoon = await leaf("soon", PBX, [year[0], new Date(now + 5 * 24 * HOUR + HOUR)]);
    const notYetValid = await leaf("future", PBX, [new Date(now + 24 * HOUR), year[1]]);
    const wrongName = await leaf("wrong", "DNS:somewhere-else.test");
    const sipUri = await leaf("sipuri", "URI:sip:pbx.test");
    const wildcard = await leaf("wildcard", "DNS:*.example.test");
    const incompleteChain = await leaf("chained", PBX, year, "between");
    const between = await maker.read("between.pem");
    const chained = { ...incompleteChain, cert: incompleteChain.cert + between };
    const selfSigned = await maker.selfSigned("self", "/CN=pbx.test", [`subjectAltName=${PBX}`]);
    await maker.signed("beside", "ca", year, ["basicConstraints=critical,CA:TRUE"]);
    const otherChain = { ...incompleteChain, cert: incompleteChain.cert + (await maker.read("beside.pem")) };
    const below = await leaf("below", PBX, year, "ok");
    const byNoAuthority = { ...below, cert: below.cert + (await maker.read("ok.pem")) };
    const ca = await maker.read("ca.pem");
    return {
      ca,
      ok,
      expired,
      expiresSoon,
      notYetValid,
      wrongName,
      selfSigned,
      sipUri,
      wildcard,
      chained,
      incompleteChain,
      otherChain,
      byNoAuthority,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Maker {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(file: string): Promise<string> {
    return readFile(join(this.#folder, file), "utf8");
  }

  async selfSigned(name: string, subject: string, extensions: string[]): Promise<TestCertificate> {
    const added = extensions.flatMap((extension) => ["-addext", extension]);
    const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
    await this.#openssl("req", "-x509", ...KEY, ...files, "-days", "30", "-subj", subject, ...added);
    return this.#pair(name);
  }

  /** `openssl ca` and not `x509 -req`, because only the former takes any dates. */
  async signed(
    name: string,
    signer: string,
    [from, to]: [Date, Date],
    extensions: string[],
  ): Promise<TestCertificate> {
    await this.#openssl(
      "req",
      ...KEY,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/CN=${name}`,
    );
    await this.#write(`${name}.index`, "");
    await this.#write(
      `${name}.serial`,
      `${Math.floor(Math.random() * 2 ** 32)
        .toString(16)
        .padStart(16, "1")}\n`,
    );
    await this.#write(`${name}.cnf`, caConfig(name, extensions));
    const signing = ["-cert", `${signer}.pem`, "-keyfile", `${signer}.key`, "-extensions", "leaf"];
    const dates = ["-startdate", asn1(from), "-enddate", asn1(to)];
    const files = ["-in", `${name}.csr`, "-out", `${name}.pem`, "-notext"];
    await this.#openssl("ca", "-batch", "-config", `${name}.cnf`, ...signing, ...dates, ...files);
    return this.#pair(name);
  }

  async #pair(name: string): Promise<TestCertificate> {
    return { cert: await this.read(`${name}.pem`), key: await this.read(`${name}.key`) };
  }

  async #openssl(...args: string[]): Promise<void> {
    await run("openssl", args, { cwd: this.#folder });
  }

  #write(file: string, text: string): Promise<void> {
    return writeFile(join(this.#folder, file), text);
  }
}

function caConfig(name: string, extensions: string[]): string {
  return `[ca]
default_ca=here
[here]
dir=.
new_certs_dir=.
database=${name}.index
serial=${name}.serial
default_md=sha256
policy=any
unique_subject=no
[any]
commonName=supplied
[leaf]
${extensions.join("\n")}
`;
}

/** UTCTime, as `openssl ca` wants it. */
function asn1(date: Date): string {
  return date.toISOString().replace(/^..|[-:T]|\.\d+/g, "");
}
