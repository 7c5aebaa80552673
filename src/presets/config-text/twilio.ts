import {
  DOMAIN_PLACEHOLDER,
  domainOf,
  nameOf,
  PASSWORD_PLACEHOLDER,
  shellWord,
  UnsafeValueError,
  userOf,
  xmlText,
} from "./quote.js";
import type { ConfigGenerator, SetupValues } from "./types.js";

/**
 * A Programmable Voice SIP Domain with registration. The CLI's commands follow the paths of the REST API
 * (https://www.twilio.com/docs/voice/sip/api).
 */
export const twilioTexts: ConfigGenerator = (values) => [
  {
    title: "SIP Domain and credential list, by the Twilio CLI",
    target: "shell with the Twilio CLI, logged in",
    language: "sh",
    text: `twilio api:core:sip:domains:create --domain-name ${shellWord(domain(values))} --friendly-name ${shellWord(nameOf(values))} --sip-registration
twilio api:core:sip:credential-lists:create --friendly-name ${shellWord("Telzino agents")}
# Put the SIDs that these two print (SD… and CL…) into the next three.
twilio api:core:sip:credential-lists:credentials:create --credential-list-sid CL_FROM_ABOVE --username ${shellWord(userOf(values))} --password ${shellWord(PASSWORD_PLACEHOLDER)}
twilio api:core:sip:domains:auth:registrations:credential-list-mappings:create --domain-sid SD_FROM_ABOVE --credential-list-sid CL_FROM_ABOVE
twilio api:core:sip:domains:auth:calls:credential-list-mappings:create --domain-sid SD_FROM_ABOVE --credential-list-sid CL_FROM_ABOVE
`,
    afterwards:
      "The same can be done in the Console. An existing SIP Domain needs --sip-registration too (domains:update).",
  },
  {
    title: "TwiML that sends a number's calls to the agent",
    target: "TwiML Bin or webhook, set as the number's voice handler",
    language: "xml",
    text: `<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Dial timeout="30">
    <Sip>sip:${xmlText(userOf(values))}@${xmlText(domain(values))}</Sip>
  </Dial>
</Response>
`,
    afterwards: "Without an edge in the address. Number and SIP Domain must be in the same account.",
  },
];

function domain(values: SetupValues): string {
  const given = domainOf(values);
  if (given === DOMAIN_PLACEHOLDER) return `${given}.sip.twilio.com`;
  const name = twilioName(given);
  if (name === undefined) throw new UnsafeValueError("sipDomain", "a name that ends in .sip.twilio.com");
  return `${name.toLowerCase()}.sip.twilio.com`;
}

/** A SIP Domain's own name: an edge in it (`name.sip.ashburn.twilio.com`) is only a way to the same domain. */
export function twilioName(sipDomain: string): string | undefined {
  return /^([a-z0-9-]+)\.sip(?:\.[a-z0-9-]+)?\.twilio\.com\.?$/i.exec(sipDomain)?.[1];
}
