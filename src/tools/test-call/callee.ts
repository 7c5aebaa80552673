import { ECHO_CODES } from "../../calls/echo-test.js";
import { mayBeEmergency, mayGetOutsideLine } from "../../calls/emergency-numbers.js";
import { fromCaller, settingText } from "../../redaction/untrusted.js";

/** Whom a test call may ring: fixed rules, of which no argument lifts one. Pure. */

const DIALLED = /^[\d*#]{1,6}$/;
/** Of a national or international call, or of an outside line. */
const TRUNK = /^0/;

/** Why an agent's stored extension is not called; `undefined`: it may be. */
export function extensionRefusal(extension: string): string | undefined {
  const shown = settingText(extension, 60);
  if (!/^\d{1,6}$/.test(extension)) {
    return `the stored username ${shown} is not an extension of one to six digits, and nothing else is called`;
  }
  return numberRefusal(extension, `${shown}`);
}

/**
 * The same for the code of an echo test: a code that is not known as one may switch something, such as a forwarding, or leave
 * the PBX.
 *
 * @param extensions of the test, of which each is called at most once, and not as an echo test.
 */
export function echoCodeRefusal(code: string, extensions: readonly string[]): string | undefined {
  const shown = fromCaller(code, 20);
  if (extensions.includes(code)) return `${shown} is an extension of this test, and so no echo test`;
  if (!DIALLED.test(code)) return `the code ${shown} is not one to six digits, * or #`;
  if (/[*#]/.test(code) && !ECHO_CODES.has(code)) {
    return `${shown} is not known as the code of an echo test (known are ${[...ECHO_CODES].join(", ")}), and other codes with * or # switch something on many PBXs`;
  }
  const refusal = numberRefusal(code, `${shown}`);
  if (refusal !== undefined || ECHO_CODES.has(code) || !mayGetOutsideLine(code)) return refusal;
  return outsideLine(code, `${shown}`);
}

function outsideLine(dialled: string, shown: string): string {
  return `${shown} begins with ${dialled.charAt(0)}, which gets an outside line on many PBXs`;
}

function numberRefusal(dialled: string, shown: string): string | undefined {
  if (TRUNK.test(dialled)) return outsideLine(dialled, shown);
  if (mayBeEmergency(dialled)) {
    return `${shown} may reach an emergency service: it is such a number in some country, and a PBX may route it to the outside whatever extension bears it`;
  }
  return undefined;
}
