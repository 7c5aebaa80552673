import type { LogFormat } from "../line.js";
import { FORMAT as OF_3CX } from "./3cx.js";
import { FORMAT as OF_3CX_FIREWALL } from "./3cx-firewall.js";
import { FORMAT as OF_ANY_CALL } from "./any-call.js";
import { FORMAT as OF_ANY_CLIENT } from "./any-client.js";
import { FORMAT as OF_ANY_MEDIA } from "./any-media.js";
import { FORMAT as OF_ANY_REGISTRAR } from "./any-registrar.js";
import { FORMAT as OF_ASTERISK } from "./asterisk.js";
import { FORMAT as OF_ASTERISK_CALLS } from "./asterisk-calls.js";
import { FORMAT as OF_ASTERISK_STATUS } from "./asterisk-status.js";
import { FORMAT as OF_AUDIOCODES } from "./audiocodes.js";
import { FORMAT as OF_BARESIP } from "./baresip.js";
import { FORMAT as OF_BROWSERS } from "./browsers.js";
import { FORMAT as OF_CALL_PLATFORMS } from "./call-platforms.js";
import { FORMAT as OF_CALL_WEBHOOKS } from "./call-webhooks.js";
import { FORMAT as OF_CHAN_SIP } from "./chan-sip.js";
import { FORMAT as OF_CISCO_CUCM } from "./cisco-cucm.js";
import { FORMAT as OF_FAIL2BAN } from "./fail2ban.js";
import { FORMAT as OF_FLEXISIP } from "./flexisip.js";
import { FORMAT as OF_FREESWITCH } from "./freeswitch.js";
import { FORMAT as OF_FREESWITCH_CALLS } from "./freeswitch-calls.js";
import { FORMAT as OF_FRITZBOX } from "./fritzbox.js";
import { FORMAT as OF_JIGASI } from "./jigasi.js";
import { FORMAT as OF_JSSIP } from "./jssip.js";
import { FORMAT as OF_KAMAILIO } from "./kamailio.js";
import { FORMAT as OF_KAMAILIO_ACC } from "./kamailio-acc.js";
import { FORMAT as OF_LINPHONE } from "./linphone.js";
import { FORMAT as OF_LIVEKIT } from "./livekit.js";
import { FORMAT as OF_MJSIP } from "./mjsip.js";
import { FORMAT as OF_NETWORK_TOOLS } from "./network-tools.js";
import { FORMAT as OF_OPENSSL } from "./openssl.js";
import { FORMAT as OF_OPENSSL_S_CLIENT } from "./openssl-s-client.js";
import { FORMAT as OF_PJSUA } from "./pjsua.js";
import { FORMAT as OF_REGISTRATION_TRANSLATED } from "./registration-translated.js";
import { FORMAT as OF_REGISTRATION_TRANSPORT } from "./registration-transport.js";
import { FORMAT as OF_REGISTRATION_WORDS } from "./registration-words.js";
import { FORMAT as OF_SNGREP_LIST } from "./sngrep-list.js";
import { FORMAT as OF_SOFIA_SIP } from "./sofia-sip.js";
import { FORMAT as OF_TELNYX } from "./telnyx.js";
import { FORMAT as OF_TLS_OF_CLIENTS } from "./tls-of-clients.js";
import { FORMAT as OF_TSHARK_STATISTICS } from "./tshark-statistics.js";
import { FORMAT as OF_TWILIO } from "./twilio.js";
import { FORMAT as OF_WEBSOCKET } from "./websocket.js";
import { FORMAT as OF_YEASTAR } from "./yeastar.js";

/** Every format of this folder, the first to be asked first. Written by `npm run docs`. */
export const FORMATS: readonly LogFormat[] = [
  OF_3CX,
  OF_3CX_FIREWALL,
  OF_ANY_CALL,
  OF_ANY_CLIENT,
  OF_ANY_MEDIA,
  OF_ANY_REGISTRAR,
  OF_ASTERISK,
  OF_ASTERISK_CALLS,
  OF_ASTERISK_STATUS,
  OF_AUDIOCODES,
  OF_BARESIP,
  OF_BROWSERS,
  OF_CALL_PLATFORMS,
  OF_CALL_WEBHOOKS,
  OF_CHAN_SIP,
  OF_CISCO_CUCM,
  OF_FAIL2BAN,
  OF_FLEXISIP,
  OF_FREESWITCH,
  OF_FREESWITCH_CALLS,
  OF_FRITZBOX,
  OF_JIGASI,
  OF_JSSIP,
  OF_KAMAILIO,
  OF_KAMAILIO_ACC,
  OF_LINPHONE,
  OF_LIVEKIT,
  OF_MJSIP,
  OF_NETWORK_TOOLS,
  OF_OPENSSL,
  OF_OPENSSL_S_CLIENT,
  OF_PJSUA,
  OF_REGISTRATION_TRANSLATED,
  OF_REGISTRATION_TRANSPORT,
  OF_REGISTRATION_WORDS,
  OF_SNGREP_LIST,
  OF_SOFIA_SIP,
  OF_TELNYX,
  OF_TLS_OF_CLIENTS,
  OF_TSHARK_STATISTICS,
  OF_TWILIO,
  OF_WEBSOCKET,
  OF_YEASTAR,
].toSorted((left, right) => (left.rank ?? 200) - (right.rank ?? 200));
