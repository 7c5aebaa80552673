import type { Trouble } from "./types.js";

/** The registration succeeds and does not last, or competes with another device. */
export const BINDINGS: readonly Trouble[] = [
  {
    id: "flapping",
    title: "The registration comes and goes",
    phase: "registering",
    meaning: "It is registered, lost after some minutes, and registered again.",
    states: ["REGISTERED_STATE", "REGISTERING_STATE"],
    causes: [
      {
        cause: "The NAT's binding expires before the next refresh.",
        fix: "Shorten the longest expiry on the PBX, or let it send OPTIONS (qualify) every 30 to 60 s.",
        sources: ["freeswitch", "asteriskNat"],
        confidence: "medium",
      },
      {
        cause: "Over TCP or TLS Asterisk PJSIP drops a binding as soon as its connection closes.",
        fix: "Look for what closes idle connections in between.",
        sources: ["measured"],
        confidence: "high",
      },
      {
        cause: "Two devices share the account and throw each other out.",
        fix: "One extension for each agent.",
        sources: ["freepbxDriver"],
        confidence: "medium",
      },
    ],
    words: ["drops", "unstable", "every few minutes", "flaps", "intermittent"],
    see: ["second-device"],
  },
  {
    id: "second-device",
    title: "Another device uses the same extension",
    phase: "registering",
    meaning: "A desk phone and the agent compete for one extension.",
    states: ["REGISTERED_STATE", "REGISTRAR_ERROR_STATE"],
    causes: [
      {
        cause:
          "FreePBX with Max Contacts 1 lets the newer one evict the older; Asterisk without remove_existing answers 403 instead; Kamailio 503.",
        fix: "Give the agent its own extension, and ring both through a ring group.",
        sources: ["freepbxDriver", "measured"],
        confidence: "high",
      },
      {
        cause:
          "After a removal the PBX may keep the agent's binding until it expires, and ring it as well as the phone: the registrant withdraws it without credentials, which a PBX that asks for them refuses.",
        fix: "Wait until the binding has expired (up to an hour), or remove it on the PBX.",
        sources: ["measured"],
        confidence: "medium",
      },
    ],
    words: ["desk phone", "two devices", "max contacts", "evicted", "shared extension"],
    see: ["403", "503"],
  },
];
