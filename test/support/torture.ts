import { Buffer } from "node:buffer";

/**
 * Messages in the manner of RFC 4475 (3.1, 3.2, 3.3) and RFC 5118 (4), under the RFCs' own names, written
 * after their descriptions. `#LENGTH#` stands for the length of the body, `\xNN` of the RFCs are real bytes.
 *
 * Long: it is data, a message an entry.
 */
const SDP = [
  "v=0",
  "o=mhandley 29739 7272939 IN IP4 192.0.2.1",
  "s=-",
  "c=IN IP4 192.0.2.1",
  "t=0 0",
  "m=audio 49217 RTP/AVP 0 12",
  "m=video 3227 RTP/AVP 31",
  "a=rtpmap:31 LPC",
  "",
].join("\r\n");

/** Lines to bytes, CRLF between them, an empty line before the body. */
export function message(lines: readonly string[], body: string | Buffer = ""): Buffer {
  const content = Buffer.from(body);
  const head = [...lines, "", ""].join("\r\n").replace("#LENGTH#", String(content.length));
  return Buffer.concat([Buffer.from(head), content]);
}

const LONG = "Long".repeat(20);

export const VALID: Readonly<Record<string, Buffer>> = {
  wsinv: message(
    [
      "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0",
      "TO :",
      " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
      'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
      "  ;",
      "  tag = 98asjd8",
      "MaX-fOrWaRdS: 0068",
      "Call-ID: wsinv.ndaksdj@192.0.2.1",
      "Content-Length   : #LENGTH#",
      "cseq: 0009",
      "  INVITE",
      "Via  : SIP  /   2.0",
      " /UDP",
      "    192.0.2.2;branch=390skdjuw",
      "s :",
      "NewFangledHeader:   newfangled value",
      " continued newfangled value",
      "UnknownHeaderWithUnusualValue: ;;,,;;,;",
      "Content-Type: application/sdp",
      "Route:",
      " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
      "v:  SIP  / 2.0  / TCP     spindle.example.com   ;",
      "  branch  =   z9hG4bK9ikj8  ,",
      " SIP  /    2.0   / UDP  192.168.255.111   ; branch=",
      " z9hG4bK30239",
      'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
      "      newvalue ;",
      "  secondparam ; q = 0.33",
    ],
    SDP,
  ),
  intmeth: message([
    "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
    "Via: SIP/2.0/UDP host1.example.com;rport;branch=z9hG4bK-.!%66*_+`'~",
    'To: "BEL:\\\u0007 NUL:\\\u0000 DEL:\\\u007f" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>',
    "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"\u0440\u0430\u0431\u043e\u0442\u0430\u044e\u0449\u0438\u0439\";tag=_token~1'+`*%!-.",
    "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{",
    "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~",
    "Max-Forwards: 255",
    "extensionHeader-!.%*+_`'~:\ufeff\u5927\u505c\u96fb",
    "Content-Length: 0",
  ]),
  esc01: message(
    [
      "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0",
      "To: sip:%75se%72@example.com",
      "From: <sip:I%20have%20spaces@example.net>;tag=938",
      "Max-Forwards: 87",
      "i: esc01.239409asdfakjkn23onasd0-3234",
      "CSeq: 234234 INVITE",
      "Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bKkdjuw",
      "C: application/sdp",
      "Contact:",
      "  <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>",
      "Content-Length: #LENGTH#",
    ],
    SDP,
  ),
  escnull: message([
    "REGISTER sip:example.com SIP/2.0",
    "To: sip:null-%00-null@example.com",
    "From: sip:null-%00-null@example.com;tag=839923423",
    "Max-Forwards: 70",
    "Call-ID: escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd",
    "CSeq: 14398234 REGISTER",
    "Via: SIP/2.0/UDP host5.example.com;rport;branch=z9hG4bKkdjuw",
    "Contact: <sip:%00@host5.example.com>",
    "Contact: <sip:%00%00@host5.example.com>",
    "L:0",
  ]),
  esc02: message([
    "RE%47IST%45R sip:registrar.example.com SIP/2.0",
    'To: "%Z%45" <sip:resource@example.com>',
    'From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23',
    "Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf",
    "Via: SIP/2.0/TCP host.example.com;rport;branch=z9hG4bK209%fzsnel234",
    "CSeq: 29344 RE%47IST%45R",
    "Max-Forwards: 70",
    "Contact: <sip:alias1@host1.example.com>",
    "C%6Fntact: <sip:alias2@host2.example.com>",
    "Contact: <sip:alias3@host3.example.com>",
    "l: 0",
  ]),
  lwsdisp: message([
    "OPTIONS sip:user@example.com SIP/2.0",
    "To: sip:user@example.com",
    "From: caller<sip:caller@example.com>;tag=323",
    "Max-Forwards: 70",
    "Call-ID: lwsdisp.1234abcd@funky.example.com",
    "CSeq: 60 OPTIONS",
    "Via: SIP/2.0/UDP funky.example.com;rport;branch=z9hG4bKkdjuw",
    "l: 0",
  ]),
  longreq: message(
    [
      "INVITE sip:user@example.com SIP/2.0",
      `To: "I have a user name of extreme${" and then some".repeat(20)}" <sip:user@example.com:6000;unknownparam1=very${LONG}value;longparam${LONG}name=shortvalue;very${LONG}ParameterNameWithNoValue>`,
      `F: sip:${"amazinglylongcallername".repeat(5)}@example.net;tag=12${"982424".repeat(20)};unknownheaderparam${LONG}name=unknowheaderparam${LONG}value;unknownValueless${LONG}paramname`,
      `Call-ID: longreq.one${"really".repeat(30)}longcallid`,
      "CSeq: 3882340 INVITE",
      `Unknown-${LONG}-Name: unknown-${LONG}-value; unknown-${LONG}-parameter-name = unknown-${LONG}-parameter-value`,
      `Via: SIP/2.0/TCP sip33.example.com`,
      ...Array.from({ length: 32 }, (_, index) => `v: SIP/2.0/TCP sip${32 - index}.example.com`),
      `V: SIP/2.0/TCP host.example.com;received=192.0.2.5;branch=very${"long".repeat(60)}branchvalue`,
      "Max-Forwards: 70",
      `Contact: <sip:${"amazinglylongcallername".repeat(5)}@host5.example.net>`,
      "Content-Type: application/sdp",
      "l: #LENGTH#",
    ],
    SDP,
  ),
  dblreq: message(
    [
      "REGISTER sip:example.com SIP/2.0",
      "To: sip:j.user@example.com",
      "From: sip:j.user@example.com;tag=43251j3j324",
      "Max-Forwards: 8",
      "I: dblreq.0ha0isndaksdj99sdfafnl3lk233412",
      "Contact: sip:j.user@host.example.com",
      "CSeq: 8 REGISTER",
      "Via: SIP/2.0/UDP 192.0.2.125;rport;branch=z9hG4bKkdjuw23492",
      "Content-Length: 0",
    ],
    "INVITE sip:joe@example.com SIP/2.0\r\nt: sip:joe@example.com\r\n\r\n",
  ),
  semiuri: message([
    "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0",
    "To: sip:j_user@example.com",
    "From: sip:caller@example.org;tag=33242",
    "Max-Forwards: 3",
    "Call-ID: semiuri.0ha0isndaksdj",
    "CSeq: 8 OPTIONS",
    "Accept: application/sdp, application/pkcs7-mime,",
    "        multipart/mixed, multipart/signed,",
    "        message/sip, message/sipfrag",
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw",
    "l: 0",
  ]),
  transports: message([
    "OPTIONS sip:user@example.com SIP/2.0",
    "To: sip:user@example.com",
    "From: <sip:caller@example.com>;tag=323",
    "Max-Forwards: 70",
    "Call-ID:  transports.kijh4akdnaqjkwendsasfdj",
    "Accept: application/sdp",
    "CSeq: 60 OPTIONS",
    "Via: SIP/2.0/UDP t1.example.com;rport;branch=z9hG4bKkdjuw",
    "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf",
    "Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj",
    "Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en",
    "Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee",
    "l: 0",
  ]),
  mpart01: message(
    [
      "MESSAGE sip:kumiko@example.org SIP/2.0",
      "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-;rport",
      "Max-Forwards: 70",
      "Route: <sip:127.0.0.1:5080>",
      "Identity: r5mwreLuyDRYBi/0TiPwEsY3rEVsk/G2WxhgTV1PF7hHuLIK0YWVKZhKv9Mj8UeXqkMVbnVq37CD+813gvYjcBUaZngQmXc9WNZSDNGCzA+fWl9MEUHWIZo1CeJebdY/XlgKeTa0Olvq0rt70Q5jiSfbqMJmQFteeivUhkMWYUA=",
      "Contact: <sip:fluffy@127.0.0.1:5070>",
      "To: <sip:kumiko@example.org>",
      "From: <sip:fluffy@example.com>;tag=2fb0dcc9",
      "Call-ID: 3d9485ad0c49859b@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA..",
      "CSeq: 1 MESSAGE",
      "Content-Transfer-Encoding: binary",
      "Content-Type: multipart/mixed;boundary=7a9cbec02ceef655",
      "Date: Sat, 15 Oct 2005 04:44:56 GMT",
      "User-Agent: SIPimp.org/0.2.5 (curses)",
      "Content-Length: #LENGTH#",
    ],
    Buffer.concat([
      Buffer.from("--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02ceef655\r\n"),
      Buffer.from([0x30, 0x82, 0x00, 0x0d, 0x0a, 0x0d, 0x0a, 0xff, 0xfe]),
      Buffer.from("\r\n--7a9cbec02ceef655--\r\n"),
    ]),
  ),
  unreason: message([
    "SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e \u0434\u0435\u0432\u044f\u043d\u043e\u0441\u0442\u043e \u0434\u0435\u0432\u044f\u0442\u044c - \u043f\u0440\u043e\u0441\u0442\u043e\u0435",
    "Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923",
    "Call-ID: unreason.1234ksdfak3j2erwedfsASdf",
    "CSeq: 35 INVITE",
    "From: sip:user@example.com;tag=11141343",
    "To: sip:user@example.edu;tag=2229",
    "Content-Length: #LENGTH#",
    "Content-Type: application/sdp",
    "Contact: <sip:user@host198.example.com>",
  ]),
  noreason: message([
    "SIP/2.0 100 ",
    "Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe",
    "Call-ID: noreason.asndj203insdf99223ndf",
    "CSeq: 35 INVITE",
    "From: <sip:user@example.com>;tag=39ansfi3",
    "To: <sip:user@example.edu>;tag=902jndnke3",
    "Content-Length: 0",
    "Contact: <sip:user@host105.example.com>",
  ]),
};

const COMMON = [
  "Max-Forwards: 70",
  "From: <sip:caller@example.net>;tag=323",
  "To: sip:user@example.com",
  "Call-ID: torture.0ha0isnda977644900765@192.0.2.15",
  "Via: SIP/2.0/UDP 192.0.2.15;rport;branch=z9hG4bKkdjuw",
];

/** A request with the common headers, some replaced, the CSeq of its method. */
function request(start: string, headers: readonly string[] = [], body = ""): Buffer {
  const nameOf = (line: string) => (line.split(":", 1)[0] ?? "").toLowerCase();
  const given = new Set(headers.map(nameOf));
  const method = start.split(" ", 1)[0] ?? "";
  const defaults = [...COMMON, `CSeq: 8 ${method}`, "Content-Length: #LENGTH#"];
  return message([start, ...defaults.filter((line) => !given.has(nameOf(line))), ...headers], body);
}

/** What {@link INVALID} messages are found out by: the parser, or the check of values afterwards. */
export interface Invalid {
  readonly bytes: Buffer;
  readonly code: string;
  /** Header that a fault names; absent where the parser itself refuses. */
  readonly header?: string;
}

const OPTIONS = "OPTIONS sip:user@example.com SIP/2.0";
const INVITE = "INVITE sip:user@example.com SIP/2.0";

export const INVALID: Readonly<Record<string, Invalid>> = {
  "badinv01 (Via)": {
    bytes: request(INVITE, ["Via: SIP/2.0/UDP 192.0.2.15;;,;,,"]),
    code: "params",
    header: "Via",
  },
  "badinv01 (Contact)": {
    bytes: request(INVITE, ['Contact: "Joe" <sip:joe@example.org>;;;;']),
    code: "params",
    header: "Contact",
  },
  clerr: { bytes: request(INVITE, ["Content-Length: 9999"], SDP), code: "truncated" },
  ncl: { bytes: request(INVITE, ["Content-Length: -999"], SDP), code: "content-length" },
  "scalar02 (CSeq)": {
    bytes: request("REGISTER sip:example.com SIP/2.0", ["CSeq: 36893488147419103232 REGISTER"]),
    code: "cseq",
    header: "CSeq",
  },
  "scalar02 (Max-Forwards)": {
    bytes: request("REGISTER sip:example.com SIP/2.0", ["Max-Forwards: 300"]),
    code: "number",
    header: "Max-Forwards",
  },
  "scalar02 (Expires)": {
    bytes: request("REGISTER sip:example.com SIP/2.0", [
      "Expires: 10000000000000000000000000000000000000000000",
    ]),
    code: "number",
    header: "Expires",
  },
  "scalar02 (Contact)": {
    bytes: request("REGISTER sip:example.com SIP/2.0", [
      "Contact: <sip:user@host129.example.com>;expires=280297596632815",
    ]),
    code: "number",
    header: "Contact",
  },
  scalarlg: {
    bytes: request("SIP/2.0 503 Service Unavailable", ["CSeq: 9292394834772304023312 OPTIONS"]),
    code: "cseq",
    header: "CSeq",
  },
  "scalarlg (Retry-After)": {
    bytes: request("SIP/2.0 503 Service Unavailable", [
      "CSeq: 8 OPTIONS",
      "Retry-After: 949302838503028349304023988",
    ]),
    code: "number",
    header: "Retry-After",
  },
  "scalarlg (Warning)": {
    bytes: request("SIP/2.0 503 Service Unavailable", [
      "CSeq: 8 OPTIONS",
      'Warning: 1812 overture "In Progress"',
    ]),
    code: "number",
    header: "Warning",
  },
  quotbal: {
    bytes: request(INVITE, ['To: "Mr. J. User <sip:j.user@example.com>']),
    code: "params",
    header: "To",
  },
  ltgtruri: { bytes: request("INVITE <sip:user@example.com> SIP/2.0"), code: "start-line" },
  lwsruri: { bytes: request("INVITE sip:user@example.com; lr SIP/2.0"), code: "start-line" },
  lwsstart: { bytes: request("INVITE  sip:user@example.com  SIP/2.0"), code: "start-line" },
  trws: { bytes: request("OPTIONS sip:remote-target@example.com SIP/2.0  "), code: "start-line" },
  escruri: {
    bytes: request("INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0"),
    code: "uri",
    header: "Request-URI",
  },
  baddate: {
    bytes: request(INVITE, ["Date: Fri, 01 Jan 2010 16:00:00 EST"]),
    code: "header",
    header: "Date",
  },
  regbadct: {
    bytes: request("REGISTER sip:example.com SIP/2.0", [
      "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E",
    ]),
    code: "name-addr",
    header: "Contact",
  },
  badaspec: {
    bytes: request(OPTIONS, ['To: "Watson, Thomas" < sip:t.watson@example.org >']),
    code: "name-addr",
    header: "To",
  },
  baddn: {
    bytes: request(OPTIONS, ["From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43"]),
    code: "name-addr",
    header: "From",
  },
  badvers: { bytes: request("OPTIONS sip:t.watson@example.org SIP/7.0"), code: "version" },
  mismatch01: { bytes: request(OPTIONS, ["CSeq: 8 INVITE"]), code: "mismatch", header: "CSeq" },
  mismatch02: {
    bytes: request("NEWMETHOD sip:user@example.com SIP/2.0", ["CSeq: 8 INVITE"]),
    code: "mismatch",
    header: "CSeq",
  },
  bigcode: { bytes: request("SIP/2.0 4294967301 better not break the receiver"), code: "status" },
  insuf: {
    bytes: message([
      INVITE,
      "CSeq: 193942 INVITE",
      "Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf",
      "l: 0",
    ]),
    code: "header-missing",
    header: "Call-ID",
  },
  multi01: {
    bytes: request(INVITE, ["CSeq: 59 INVITE", "Call-ID: one@example.com", "Call-ID: two@example.com"]),
    code: "header",
    header: "Call-ID",
  },
  mcl01: {
    bytes: request(
      OPTIONS,
      ["Content-Length: 13", "Content-Length: 5"],
      "There's no way to know how many octets",
    ),
    code: "content-length",
  },
};

/** Well formed, though an element may not understand them (RFC 4475 3.3). */
export const UNUSUAL: Readonly<Record<string, Buffer>> = {
  unkscm: request("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0"),
  novelsc: request("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0"),
  unksm2: request("REGISTER sip:example.com SIP/2.0", ["To: isbn:2983792873", "Contact: <name:John_Smith>"]),
  bext01: request(OPTIONS, ["Require: nothingSupportsThis, nothingSupportsThisEither"]),
  zeromf: request(OPTIONS, ["Max-Forwards: 0"]),
  inv2543: message(
    [
      "INVITE sip:UserB@example.com SIP/2.0",
      "Via: SIP/2.0/UDP iftgw.example.com",
      "From: <sip:+13035551111@ift.client.example.net;user=phone>",
      "To: sip:+16505552222@ss1.example.net;user=phone",
      "Call-ID: inv2543.1717@ift.client.example.com",
      "CSeq: 56 INVITE",
      "Content-Type: application/sdp",
    ],
    SDP,
  ),
};

/** RFC 5118 4: IPv6. */
export const IPV6 = {
  /** 4.1. */
  good: request("REGISTER sip:[2001:db8::10] SIP/2.0", [
    "Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111",
    'Contact: "Caller" <sip:caller@[2001:db8::1]>',
  ]),
  /** 4.2: an address without brackets. */
  withoutBrackets: request("REGISTER sip:2001:db8::10 SIP/2.0"),
  /** 4.3: the port is part of the address, without brackets round it. */
  portAmbiguous: request("REGISTER sip:[2001:db8::10:5070] SIP/2.0"),
  /** 4.4. */
  portOutside: request("REGISTER sip:[2001:db8::10]:5070 SIP/2.0"),
  /** 4.5: received with brackets and without. */
  received: request(OPTIONS, [
    "Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111",
    "Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3",
  ]),
  /** 4.10: the third colon that the grammar lets in. */
  threeColons: request(OPTIONS, ["Contact: <sip:user@[2001:db8:::192.0.2.1]:5070>"]),
  /** 4.9: IPv4-mapped. */
  mapped: request(OPTIONS, ["Contact: <sip:user@[::ffff:192.0.2.10]:19823>"]),
} as const;
