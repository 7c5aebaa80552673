import {
  authUserOf,
  DOMAIN_PLACEHOLDER,
  didOf,
  domainOf,
  nameOf,
  PASSWORD_PLACEHOLDER,
  regexLiteral,
  userOf,
  xmlText,
} from "./quote.js";
import type { ConfigGenerator, ConfigText, SetupValues } from "./types.js";

/** FreeSWITCH with its vanilla layout of files. */
export const freeswitchTexts: ConfigGenerator = (values) => [
  {
    title: "Directory user",
    target: `conf/directory/default/${userOf(values)}.xml (the folder of the domain that the agent uses)`,
    language: "xml",
    text: directoryUser(values, "telzino"),
    afterwards:
      "fs_cli -x reloadxml. The vars.xml domain, or the folder's <domain name>, must be the agent's sipDomain.",
  },
  ...dialplan(values),
  {
    title: "What the agent itself may dial",
    target: "conf/dialplan/telzino.xml",
    language: "xml",
    text: `<include>
  <context name="telzino">
    <!-- Nothing until you add an extension here, for example for transfers. -->
  </context>
</include>
`,
    afterwards: "fs_cli -x reloadxml",
  },
];

/** FusionPBX keeps its directory in a database: the text is what its answer must come to, not a file to write. */
export const fusionpbxTexts: ConfigGenerator = (values) => [
  {
    title: "What FusionPBX must hand out for the extension; compare, do not paste",
    target: `fs_cli -x 'find_user_xml id ${authUserOf(values)} ${domainOf(values)}'`,
    language: "xml",
    text: directoryUser(values, domainOf(values)),
    afterwards:
      "If the user is not found: wrong domain (tenant), or the extension is disabled. fs_cli -x xml_flush_cache after a change. The extension is dialled by its number without further dialplan; calls from outside come through Dialplan > Inbound Routes.",
  },
];

/** The digest user is looked up as the directory's id (mod_sofia, sofia_reg.c). */
function directoryUser(values: SetupValues, context: string): string {
  const name = nameOf(values);
  return `<include>
  <!-- Telzino agent: ${xmlText(name)} -->
  <user id="${xmlText(authUserOf(values))}">
    <params>
      <param name="password" value="${PASSWORD_PLACEHOLDER}"/>
    </params>
    <variables>
      <variable name="user_context" value="${xmlText(context)}"/>
      <variable name="effective_caller_id_name" value="${xmlText(name)}"/>
      <variable name="effective_caller_id_number" value="${xmlText(userOf(values))}"/>
    </variables>
  </user>
</include>
`;
}

function dialplan(values: SetupValues): ConfigText[] {
  const user = userOf(values);
  const domain = domainOf(values);
  const did = didOf(values);
  const at = domain === DOMAIN_PLACEHOLDER ? "$" + "{domain_name}" : domain;
  const rings: ConfigText = {
    title: "Dialplan: rings the agent",
    target: `conf/dialplan/default/00_telzino_${user}.xml`,
    language: "xml",
    text: extension(`telzino-${user}`, `^${regexLiteral(user)}$`, [
      ["set", "call_timeout=30"],
      ["bridge", `user/${user}@${at}`],
    ]),
    afterwards: "fs_cli -x reloadxml",
  };
  if (did === undefined) return [rings];
  return [
    rings,
    {
      title: "Dialplan: calls from outside",
      target: `conf/dialplan/public/00_telzino_${did.slice(1)}.xml`,
      language: "xml",
      text: extension(`telzino-${did.slice(1)}`, `^\\+?${did.slice(1)}$`, [
        ["transfer", `${user} XML default`],
      ]),
      afterwards: "fs_cli -x reloadxml. Write the number as your trunk delivers it.",
    },
  ];
}

function extension(name: string, pattern: string, actions: readonly (readonly [string, string])[]): string {
  const lines = actions.map(
    ([application, data]) => `      <action application="${application}" data="${xmlText(data)}"/>\n`,
  );
  return `<include>
  <extension name="${xmlText(name)}">
    <condition field="destination_number" expression="${xmlText(pattern)}">
${lines.join("")}    </condition>
  </extension>
</include>
`;
}
