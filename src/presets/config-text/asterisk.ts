import { authUserOf, didOf, iniValue, nameOf, PASSWORD_PLACEHOLDER, portOf, userOf } from "./quote.js";
import type { ConfigGenerator, ConfigText, SetupValues } from "./types.js";

/** Asterisk 13 and later with PJSIP: endpoint, auth and AOR, the transport where there is none, and the dialplan. */
export const asteriskTexts: ConfigGenerator = (values) => [
  endpoint(values),
  transport(values),
  dialplan(values),
];

/** Sections of `pjsip.conf` (https://docs.asterisk.org/Configuration/Channel-Drivers/SIP/Configuring-res_pjsip/). */
function endpoint(values: SetupValues): ConfigText {
  const user = userOf(values);
  const name = nameOf(values);
  return {
    title: "Endpoint, login and address of record",
    target: "/etc/asterisk/pjsip.conf",
    language: "ini",
    text: `; Telzino agent: ${name}
[${user}]
type=endpoint
context=from-telzino
disallow=all
allow=ulaw,alaw
auth=${user}-auth
aors=${user}
callerid="${name}" <${user}>
; The agent is outside: answer where its packets come from, and keep the audio on the PBX.
direct_media=no
force_rport=yes
rewrite_contact=yes
rtp_symmetric=yes

[${user}-auth]
type=auth
auth_type=userpass
username=${iniValue(authUserOf(values))}
password=${PASSWORD_PLACEHOLDER}

; One agent, one contact; the newest registration wins.
[${user}]
type=aor
max_contacts=1
remove_existing=yes
minimum_expiration=60
default_expiration=300
`,
    afterwards: `asterisk -rx 'pjsip reload', then asterisk -rx 'pjsip show endpoint ${user}'. A ; in the password must be written as \\;.`,
  };
}

function transport(values: SetupValues): ConfigText {
  const { transport: protocol = "udp" } = values;
  const certificate =
    protocol === "tls"
      ? `cert_file=/etc/asterisk/keys/asterisk.pem
priv_key_file=/etc/asterisk/keys/asterisk.key
method=tlsv1_2
`
      : "";
  return {
    title: `Transport, only if pjsip.conf has none for ${protocol} yet`,
    target: "/etc/asterisk/pjsip.conf",
    language: "ini",
    text: `[transport-${protocol}]
type=transport
protocol=${protocol}
bind=0.0.0.0:${portOf(values)}
${certificate}; Behind NAT also, with your own addresses:
;local_net=192.168.0.0/16
;external_signaling_address=203.0.113.10
;external_media_address=203.0.113.10
`,
    afterwards:
      "A new transport takes effect when Asterisk is restarted. Two transports cannot share a protocol and port.",
  };
}

function dialplan(values: SetupValues): ConfigText {
  const user = userOf(values);
  const did = didOf(values);
  const route = did
    ? `
; Calls from outside to ${did}: put this into the context of your trunk, in the form in which it delivers the number.
[from-trunk-telzino]
exten => ${did},1,Goto(telzino,${user},1)
exten => ${did.slice(1)},1,Goto(telzino,${user},1)
`
    : "";
  return {
    title: "Dialplan",
    target: "/etc/asterisk/extensions.conf",
    language: "dialplan",
    text: `; Rings the agent. Add "include => telzino" to the context of those who may call it.
[telzino]
exten => ${user},1,NoOp(Call to the Telzino agent)
 same => n,Dial(PJSIP/${user},30)
 same => n,Hangup()

; What the agent itself may dial (transfers): nothing until you include something here.
[from-telzino]
;include => internal
${route}`,
    afterwards: "asterisk -rx 'dialplan reload'",
  };
}
