import type { Preset } from "./types.js";

/** One entry a system: its file is read when its preset is asked for, and only then. */
const SYSTEMS: ReadonlyMap<string, () => Promise<{ preset: Preset }>> = new Map(
  Object.entries({
    "freepbx-pjsip": () => import("./systems/freepbx-pjsip.js"),
    "freepbx-chan-sip": () => import("./systems/freepbx-chan-sip.js"),
    "asterisk-pjsip": () => import("./systems/asterisk-pjsip.js"),
    fusionpbx: () => import("./systems/fusionpbx.js"),
    freeswitch: () => import("./systems/freeswitch.js"),
    "yeastar-p-series": () => import("./systems/yeastar-p-series.js"),
    "grandstream-ucm63xx": () => import("./systems/grandstream-ucm63xx.js"),
    "avaya-ip-office": () => import("./systems/avaya-ip-office.js"),
    "mitel-mivoice-business": () => import("./systems/mitel-mivoice-business.js"),
    "sangoma-switchvox": () => import("./systems/sangoma-switchvox.js"),
    "cisco-cucm": () => import("./systems/cisco-cucm.js"),
    issabel: () => import("./systems/issabel.js"),
    vitalpbx: () => import("./systems/vitalpbx.js"),
    "3cx": () => import("./systems/3cx.js"),
    vodia: () => import("./systems/vodia.js"),
    wildix: () => import("./systems/wildix.js"),
    netsapiens: () => import("./systems/netsapiens.js"),
    "cisco-webex-calling": () => import("./systems/cisco-webex-calling.js"),
    broadworks: () => import("./systems/broadworks.js"),
    ringcentral: () => import("./systems/ringcentral.js"),
    "8x8": () => import("./systems/8x8.js"),
    "zoom-phone": () => import("./systems/zoom-phone.js"),
    "microsoft-teams": () => import("./systems/microsoft-teams.js"),
    portaswitch: () => import("./systems/portaswitch.js"),
    "twilio-sip-domain": () => import("./systems/twilio-sip-domain.js"),
    "twilio-elastic-sip-trunk": () => import("./systems/twilio-elastic-sip-trunk.js"),
    telnyx: () => import("./systems/telnyx.js"),
    voipms: () => import("./systems/voipms.js"),
    vonage: () => import("./systems/vonage.js"),
    plivo: () => import("./systems/plivo.js"),
    sipgate: () => import("./systems/sipgate.js"),
    flowroute: () => import("./systems/flowroute.js"),
    bandwidth: () => import("./systems/bandwidth.js"),
    zadarma: () => import("./systems/zadarma.js"),
    "avm-fritzbox": () => import("./systems/avm-fritzbox.js"),
    "kamailio-opensips": () => import("./systems/kamailio-opensips.js"),
    "generic-sip": () => import("./systems/generic-sip.js"),
  }),
);

/** One preset with all it knows, or `undefined` for an id that is not in the catalogue. */
export async function loadPreset(id: string): Promise<Preset | undefined> {
  return (await SYSTEMS.get(id)?.())?.preset;
}
