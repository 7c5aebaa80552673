import { searchTroubles, type Trouble } from "../answers/index.js";
import { quoted } from "../redaction/text.js";
import { stateFacts } from "../registration/states.js";
import { type Guide, type GuideContext, type GuideStep, named, writeGuide } from "./context.js";
import { agentStep, READ_ONLY, testCallStep } from "./shared-steps.js";

export interface TroubleQuestion {
  agent?: string | undefined;
  /** A SIP code, a state, a symptom's id, or what the user says. */
  symptom?: string | undefined;
}

/** From "it does not work" to the cause, the change and a call that was heard. */
export function troubleGuide({ agent, symptom }: TroubleQuestion, context: GuideContext): Guide {
  const given = [
    ...(agent === undefined ? [] : [`agent: ${JSON.stringify(agent)}`]),
    ...(symptom === undefined ? [] : [`symptom: ${JSON.stringify(symptom)}`]),
  ];
  const aim =
    "Find out why a Telzino AI agent does not register on its PBX or takes no calls, and fix it. Done when a call was heard.";
  const steps = [
    agentStep(agent, context),
    symptomStep(symptom),
    evidenceStep(context),
    judgeStep(),
    mendStep(context),
    testCallStep("the extension"),
  ];
  return {
    summary: `Find out what is wrong with ${named(agent, "an agent")}${symptom === undefined ? "" : `: ${quoted(symptom)}`}`,
    text: writeGuide(aim, given, steps),
  };
}

function symptomStep(symptom: string | undefined): GuideStep {
  const title = "The symptom";
  if (symptom === undefined) {
    return {
      title,
      lines: [
        "Ask the user which it is, unless they have said it: it does not register; it is registered and no call arrives; calls arrive and the sound is bad or they break off.",
        "telzino://troubleshooting lists symptoms and SIP codes.",
      ],
    };
  }
  const facts = stateFacts(symptom);
  if (facts.kind !== "unknown") {
    return {
      title,
      lines: [`${facts.state}: ${facts.meaning}`, ...facts.causes, "telzino://states has them all."],
    };
  }
  const troubles = searchTroubles(symptom);
  if (troubles.length === 0) {
    return {
      title,
      lines: [
        "Not in the table: ask what exactly is seen, where, and since when. A SIP code or a log line helps most.",
      ],
    };
  }
  return { title, lines: troubles.map(troubleLine) };
}

function troubleLine({ id, title, meaning, causes }: Trouble): string {
  const first = causes[0];
  const likely = first ? ` Usually: ${first.cause} → ${first.fix}` : "";
  return `${title}: ${meaning}${likely} (all causes: telzino://troubleshooting/${id})`;
}

function evidenceStep({ tools }: GuideContext): GuideStep {
  return {
    title: "Evidence, before any change",
    lines: [
      "get_sip_status with waitSeconds 20: a single look may catch a retry half-way.",
      ...(tools.has("diagnose_sip_registration")
        ? [
            "diagnose_sip_registration with the agentId: it looks at name, port, certificate and registrar, and ranks what it finds.",
          ]
        : []),
      "Which PBX is it? If it has not been said, ask; list_pbx_presets with its presetId and detail full shows what its failures look like.",
      tools.has("explain_sip_log")
        ? "If the user can get lines from the PBX's log: explain_sip_log reads them."
        : "If it still is not plain: ask for the PBX's log of one REGISTER; it names the SIP code that the status lacks.",
    ],
  };
}

function judgeStep(): GuideStep {
  return {
    title: "The cause",
    lines: [
      "REGISTER_TIMEOUT_STATE: an address, a port or a firewall; after refusals a ban. Then the order is: correct the credentials, have the ban lifted, try once.",
      "INTERNAL_ERROR_STATE: a name that does not resolve, or an answer that cannot be used. It is not the password.",
      "WRONG_CREDENTIALS_STATE or REGISTRAR_ERROR_STATE: the account. Does this PBX have an auth ID? Is it the SIP password, and the exact domain? May the extension register from outside, and is it free?",
      "REGISTERED_STATE: routing, NAT or media. Leave the credentials alone.",
      "Nothing stored: this is a set-up, not a fault.",
      "Say which of it was seen and which is a guess; where two causes remain, name both.",
    ],
  };
}

function mendStep({ tools }: GuideContext): GuideStep {
  const title = "The change";
  const onPbx = "A change on the PBX is the user's to make: say which page and which option.";
  if (!tools.has("configure_sip_registration")) return { title, lines: [READ_ONLY, onPbx] };
  return {
    title,
    lines: [
      "One change at a time. configure_sip_registration keeps the stored value of a field that is left out; null, or its name in clear, takes it away. Show it first with dryRun true.",
      onPbx,
      "After refusals, fix the credentials before a ban is lifted: the platform keeps trying by itself.",
      "Then get_sip_status with waitSeconds 30.",
    ],
  };
}
