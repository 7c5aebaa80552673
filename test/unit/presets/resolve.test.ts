import { describe, expect, it } from "vitest";
import { listPresets, resolveName } from "../../../src/presets/index.js";
import { KNOWN_NAMES } from "../../../src/presets/known-names.js";
import type { NameAnswer } from "../../../src/presets/types.js";

/**
 * How people name their systems, and the answer that is right: `=id` one preset for sure, `~id` or `~Name` a guess that
 * is asked about (the likeliest), `!Name` known without a preset, `+a,b` several named, `-` nothing.
 */
const NAMES: Readonly<Record<string, string>> = {
  // By name, also inside a sentence, with versions and models.
  FreePBX: "=freepbx-pjsip",
  "free pbx": "=freepbx-pjsip",
  "freepbx 17": "=freepbx-pjsip",
  PBXact: "=freepbx-pjsip",
  "FreePBX on Asterisk 20": "=freepbx-pjsip",
  freepbx17: "=freepbx-pjsip",
  "Asterisk on Debian": "=asterisk-pjsip",
  "freepbx chan_sip": "=freepbx-chan-sip",
  "Asterisk 22": "=asterisk-pjsip",
  "plain asterisk with pjsip.conf": "=asterisk-pjsip",
  "3CX": "=3cx",
  "3 cx": "=3cx",
  "3CX v20": "=3cx",
  "3cxv20": "=3cx",
  "3cx.com": "=3cx",
  "Cisco UCM 14": "=cisco-cucm",
  Twilio: "=twilio-sip-domain",
  "twilio elastic sip trunking": "=twilio-elastic-sip-trunk",
  "Fritz!Box 7590": "=avm-fritzbox",
  "fritz box": "=avm-fritzbox",
  "Grandstream UCM6304": "=grandstream-ucm63xx",
  "we have a Grandstream in the office": "=grandstream-ucm63xx",
  "UCM 6302": "=grandstream-ucm63xx",
  "Yeastar P550": "=yeastar-p-series",
  Yeastar: "=yeastar-p-series",
  "CUCM 12.5": "=cisco-cucm",
  "cisco call manager": "=cisco-cucm",
  "cisco webex": "=cisco-webex-calling",
  "MS Teams": "=microsoft-teams",
  "microsoft teams direct routing": "=microsoft-teams",
  "Avaya IP500": "=avaya-ip-office",
  "mitel 3300": "=mitel-mivoice-business",
  "switch vox": "=sangoma-switchvox",
  "voip.ms": "=voipms",
  "ring central": "=ringcentral",
  RingEX: "=ringcentral",
  "my customer uses ring central with 20 phones": "=ringcentral",
  "8 x 8": "=8x8",
  "zoom phone": "=zoom-phone",
  "sip gate": "=sipgate",
  "fusion pbx": "=fusionpbx",
  "net sapiens": "=netsapiens",
  "open sips": "=kamailio-opensips",
  Issabel: "=issabel",
  VitalPBX: "=vitalpbx",
  nexmo: "=vonage",
  "other PBX": "=generic-sip",
  LiveKit: "=livekit-sip",
  "LiveKit Cloud SIP": "=livekit-sip",
  Telekom: "=deutsche-telekom",
  MagentaZuhause: "=deutsche-telekom",
  "1&1": "=1und1",
  "1 und 1": "=1und1",
  "FreePBX 11": "=freepbx-pjsip",
  easybell: "=easybell",
  Placetel: "=placetel",
  "Starface 8": "=starface",
  innovaphone: "=innovaphone",
  SwyxWare: "=swyx",
  Wazo: "=wazo",
  "2600hz Kazoo": "=kazoo",
  Callcentric: "=callcentric",
  Swisscom: "=swisscom",
  "Genesys PureCloud": "=genesys-cloud",
  "Panasonic KX-NS700": "=panasonic-kx",
  // Known, and without a preset: never another product.
  "UniFi Talk": "!UniFi Talk",
  NFON: "!NFON",
  Cloudya: "!NFON",
  Auerswald: "!Auerswald",
  "Auerswald COMpact 5200": "!Auerswald",
  "Unify OpenScape Business": "=unify-openscape-business",
  "Alcatel OmniPCX Office": "!Alcatel OXO",
  "AudioCodes Mediant 800": "=audiocodes-sbc",
  Dialpad: "!Dialpad",
  Nextiva: "!Nextiva",
  "GoTo Connect": "=goto-connect",
  "Ooma Office": "!Ooma",
  Elastix: "!Elastix",
  "elastix 2.5": "!Elastix",
  "FS PBX": "!FS PBX",
  FSPBX: "!FS PBX",
  IvozProvider: "!IvozProvider",
  "PBX in a Flash": "!PBX in a Flash",
  "Incredible PBX": "!PBX in a Flash",
  trixbox: "!trixbox",
  MikoPBX: "=mikopbx",
  VICIdial: "!VICIdial",
  "Kerio Operator": "!Kerio Operator",
  kerio: "!Kerio Operator",
  Azure: "!Azure Communication Services",
  "Azure Communication Services": "!Azure Communication Services",
  Chime: "!Amazon Chime",
  "Amazon Chime SDK": "!Amazon Chime",
  "Amazon Connect": "!Amazon Connect",
  "Google Voice": "!Google Voice",
  "Skype for Business": "!Skype for Business",
  Lync: "!Skype for Business",
  Grasshopper: "!Grasshopper",
  Aircall: "!Aircall",
  OpenPhone: "!OpenPhone",
  Talkdesk: "!Talkdesk",
  Five9: "!Five9",
  "NICE CXone": "!NICE CXone",
  "Yeastar S50": "!Yeastar S-Series",
  "Yeastar S-Series": "!Yeastar S-Series",
  "Yeastar MyPBX": "!Yeastar MyPBX",
  "Avaya Aura": "!Avaya Aura",
  "Avaya Cloud Office": "!Avaya Cloud Office",
  "Mitel MX-ONE": "!Mitel MX-ONE",
  "MiVoice Office 400": "!Mitel MiVoice Office 400",
  ShoreTel: "!Mitel MiCloud",
  "Cisco CME": "!Cisco CME",
  "Cisco Unified Communications Manager Express": "!Cisco CME",
  "Cisco SPA": "!Cisco phones",
  "NEC SL2100": "!NEC",
  "Samsung OfficeServ 7200": "!Samsung OfficeServ",
  iPECS: "!Ericsson-LG",
  "OpenScape 4000": "!Unify OpenScape 4000",
  HiPath: "!Siemens HiPath",
  "OmniPCX Enterprise": "!Alcatel OXE",
  "Telekom Octopus": "!Telekom Octopus",
  "Digitalisierungsbox Premium": "!bintec elmeg",
  "be.IP plus": "!bintec elmeg",
  Speedport: "!Speedport",
  LANCOM: "!LANCOM",
  Agfeo: "!Agfeo",
  "Gigaset T640": "!Gigaset PRO",
  pascom: "!pascom",
  fonial: "!fonial",
  "dus.net": "=dus-net",
  "Vodafone Anlagen-Anschluss Plus": "!Vodafone",
  "M-net": "!M-net",
  QSC: "!Plusnet",
  "OVH telephonie": "!OVH",
  Freebox: "!Freebox",
  Livebox: "!Livebox",
  Keyyo: "!Keyyo",
  peoplefone: "!Peoplefone",
  Sunrise: "!Sunrise",
  Voipfone: "!Voipfone",
  "Gamma Horizon": "!Gamma",
  "BT Cloud Voice": "!BT Cloud Voice",
  "Andrews & Arnold": "!Andrews & Arnold",
  NethVoice: "!NethVoice",
  Messagenet: "!Messagenet",
  Voys: "!Voys",
  KPN: "!KPN",
  Proximus: "!Proximus",
  Telavox: "!Telavox",
  "Mango Office": "!Mango Office",
  Multifon: "!MTT",
  Exotel: "!Exotel",
  Knowlarity: "!Knowlarity",
  "Telstra TIPT": "!Telstra",
  MyNetFone: "!MyNetFone",
  Intelbras: "!Intelbras",
  Vapi: "!Vapi",
  "Retell AI": "!Retell",
  ElevenLabs: "!ElevenLabs",
  "OpenAI Realtime": "!OpenAI Realtime",
  Linphone: "!Linphone",
  MicroSIP: "!MicroSIP",
  Zoiper: "!Zoiper",
  Yealink: "!Yealink",
  "Polycom VVX": "!Polycom",
  "Grandstream HT802": "!Grandstream phones",
  SignalWire: "!SignalWire",
  Sinch: "!Sinch",
  DIDWW: "!DIDWW",
  Voximplant: "!Voximplant",
  "Vonage Business Communications": "!Vonage Business",
  "Metaswitch MaX UC": "!Metaswitch",
  Patton: "!Patton",
  Allworx: "!Allworx",
  "Brekeke PBX": "!Brekeke",
  Sipwise: "!Sipwise",
  jambonz: "!jambonz",
  "Zendesk Talk": "!Zendesk Talk",
  "Twilio Flex": "!Twilio Flex",
  Thirdlane: "!Thirdlane",
  "Bicom PBXware": "!PBXware",
  "Ring-u": "!Ring-u",
  Ringotel: "!Ringotel",
  "Snom PBX": "!Snom",
  "snom ONE": "=vodia",
  AskoziaPBX: "!Askozia",
  "PortSIP PBX": "!PortSIP",
  "Ozeki Phone System XE": "!Ozeki",
  sipXcom: "!sipXecs",
  Oreka: "!OrecX",
  Homer: "!Homer",
  VoIPmonitor: "!VoIPmonitor",
  A2Billing: "!A2Billing",
  MagnusBilling: "!MagnusBilling",
  dSIPRouter: "!dSIPRouter",
  Yate: "!Yate",
  "SIP Express Media Server": "!SEMS",
  "SIP.js": "!SIP.js",
  Xorcom: "!Xorcom",
  UniFi: "!Ubiquiti",
  "Gigaset N870": "!Gigaset DECT",
  "Cisco UC520": "!Cisco CME",
  "Webex Teams": "=cisco-webex-calling",
  "Vonage VBC": "!Vonage Business",
  "Asterisk chan_sip": "!Asterisk chan_sip",
  "Asterisk 13 chan_sip": "!Asterisk chan_sip",
  "FreePBX 14 chan_sip": "=freepbx-chan-sip",
  "DeutschlandLAN Cloud PBX": "!DeutschlandLAN Cloud PBX",
  "DeutschlandLAN SIP-Trunk": "=deutsche-telekom",
  simquadrat: "!simquadrat",
  SkySwitch: "!SkySwitch",
  Line2: "!Line2",
  Skyetel: "!Skyetel",
  Beeline: "!Beeline",
  "Google Meet": "!Google Meet",
  Talkswitch: "!FortiVoice",
  "Ericsson MD110": "!Mitel MX-ONE",
  WhatsApp: "!WhatsApp",
  // Misspelt: a guess that asks.
  AsteriskPBX: "~asterisk-pjsip",
  asterix: "~asterisk-pjsip",
  Twillio: "~twilio-sip-domain",
  ringcentrall: "~ringcentral",
  brodworks: "~broadworks",
  grandsteam: "~grandstream-ucm63xx",
  freeswtich: "~freeswitch",
  yaestar: "~yeastar-p-series",
  avaia: "~avaya-ip-office",
  kamalio: "~kamailio-opensips",
  telnix: "~telnyx",
  elastics: "~Elastix",
  isabel: "~issabel",
  "vital pxb": "~vitalpbx",
  freepxb: "~freepbx-pjsip",
  zadrama: "~zadarma",
  wildx: "~wildix",
  flowrute: "~flowroute",
  vocima: "-",
  kama: "~kamailio-opensips",
  yealnik: "~Yealink",
  talkdesc: "~Talkdesk",
  // Only a maker, or its name with something that is not known.
  cisco: "~cisco-cucm",
  mitel: "~mitel-mivoice-business",
  sangoma: "~freepbx-pjsip",
  "RingCentral Contact Center": "~ringcentral",
  "8x8 Contact Center": "~8x8",
  "Zoom Rooms": "~zoom-phone",
  "Grandstream XY9": "~grandstream-ucm63xx",
  "Nextiva One": "!Nextiva",
  "Yeastar X1": "~yeastar-p-series",
  "Microsoft something": "~microsoft-teams",
  // Several at once.
  "FreePBX with a Telnyx trunk": "+freepbx-pjsip,telnyx",
  "3CX and Microsoft Teams": "+3cx,microsoft-teams",
  "Yealink phones on FreePBX": "+freepbx-pjsip,Yealink",
  // Nothing.
  pbx: "-",
  "the phone system": "-",
  "our sip trunk": "-",
  "from our sip provider": "-",
  "hosted voip service": "-",
  "the office phone on the desk": "-",
  "Foobar 9000": "-",
  "Schmidt Telefontechnik": "-",
  podia: "-",
  ISPBX: "-",
  "SIP provider": "-",
  xreepbx: "-",
  "12345": "-",
  "???": "-",
  "": "-",
};

function said(answer: NameAnswer): string {
  switch (answer.kind) {
    case "preset":
      return `=${answer.preset.id}`;
    case "known":
      return `!${answer.known.name}`;
    case "several":
      return `+${[...answer.presets.map(({ id }) => id), ...answer.names.map(({ name }) => name)].join(",")}`;
    case "guess":
      return `~${[...answer.presets.map(({ id }) => id), ...answer.names.map(({ name }) => name)].join(",")}`;
    case "none":
      return "-";
  }
}

describe("what names mean", () => {
  it("is asked of names enough", () => {
    expect(Object.keys(NAMES).length).toBeGreaterThanOrEqual(200);
  });

  it.each(Object.entries(NAMES))("of %j is %s", async (words, right) => {
    const answer = said(await resolveName(words));
    // Of a guess, what is right is among what is asked about.
    if (right.startsWith("~")) {
      expect(answer[0]).toBe("~");
      expect(answer.slice(1).split(",")).toContain(right.slice(1));
    } else if (right.startsWith("+")) expect(answer.split(/[+,]/).sort()).toEqual(right.split(/[+,]/).sort());
    else expect(answer).toBe(right);
  });

  it("is asked of few where one is much likelier", async () => {
    expect(said(await resolveName("yaestar"))).toBe("~yeastar-p-series");
    expect(said(await resolveName("cisco")).split(",").length).toBeGreaterThan(2);
  });

  it("of every preset's and every known system's own names is that one", async () => {
    for (const { id, name, aliases } of listPresets())
      for (const words of [id, name, ...aliases])
        expect(said(await resolveName(words)), words).toBe(`=${id}`);
    for (const { name, aliases } of KNOWN_NAMES)
      for (const words of [name, ...aliases]) expect(said(await resolveName(words)), words).toBe(`!${name}`);
  });

  it("with one letter wrong is never sure of another system", async () => {
    for (const { id, name, aliases } of listPresets()) {
      for (const words of [name, ...aliases].filter((each) => each.length > 5)) {
        for (const at of [2, Math.floor(words.length / 2), words.length - 1]) {
          const slipped = `${words.slice(0, at)}q${words.slice(at + 1)}`;
          const answer = await resolveName(slipped);
          if (answer.kind === "preset" && answer.preset.id !== id) {
            // Another one's name is in it: "FreePBX (legacy cqan_sip extension)".
            const own = answer.preset.aliases.map((each) => each.toLowerCase());
            expect(
              own.some((each) => slipped.toLowerCase().includes(each)),
              slipped,
            ).toBe(true);
          }
          if (answer.kind === "known")
            expect(slipped.toLowerCase()).toContain(answer.known.name.toLowerCase());
        }
      }
    }
  });
});
