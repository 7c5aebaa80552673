import { domainOf, nameOf, PASSWORD_PLACEHOLDER, shellWord, sqlString, userOf } from "./quote.js";
import type { ConfigGenerator, ConfigText, SetupValues } from "./types.js";

/**
 * Kamailio and OpenSIPS: one subscriber, in each of the ways in which these are kept. The digest user is the
 * subscriber itself, as both projects' sample configurations check it.
 */
export const kamailioTexts: ConfigGenerator = (values) => [
  kamctl(values),
  sql(values),
  htable(values),
  opensipsCli(values),
];

function kamctl(values: SetupValues): ConfigText {
  return {
    title: "Kamailio with the subscriber table: by kamctl",
    target: "shell on the Kamailio host",
    language: "sh",
    text: `kamctl add ${shellWord(`${userOf(values)}@${domainOf(values)}`)} ${shellWord(PASSWORD_PLACEHOLDER)}
`,
    afterwards:
      "Takes effect immediately. The password is in the shell's history: start the line with a space, or clear the history.",
  };
}

/** HA1 (RFC 2617 3.2.2.2) made by the database; `ha1b` is for clients that send user@domain as digest user. */
function sql(values: SetupValues): ConfigText {
  const [user, domain] = [userOf(values), domainOf(values)];
  return {
    title: "Kamailio or OpenSIPS with the subscriber table: by SQL, as hashes (MySQL, MariaDB, PostgreSQL)",
    target: "SQL shell of that database",
    language: "sql",
    text: `-- Telzino agent: ${nameOf(values)}
INSERT INTO subscriber (username, domain, password, ha1, ha1b) VALUES (
  ${sqlString(user)}, ${sqlString(domain)}, '',
  MD5(${sqlString(`${user}:${domain}:${PASSWORD_PLACEHOLDER}`)}),
  MD5(${sqlString(`${user}@${domain}:${domain}:${PASSWORD_PLACEHOLDER}`)})
);
`,
    afterwards:
      "For auth_db with calculate_ha1 0. Kamailio's sample sets calculate_ha1 yes: put the password itself into the column password then, and leave out the MD5 columns. A ' in the password must be doubled.",
  };
}

/** Kamailio without a database. Needs the modules htable, pv, auth, sl, usrloc and registrar. */
function htable(values: SetupValues): ConfigText {
  const [user, domain] = [userOf(values), domainOf(values)];
  return {
    title: "Kamailio without a database: passwords in an htable",
    target: "kamailio.cfg",
    language: "kamailio",
    text: `# Telzino agent: ${nameOf(values)}
modparam("htable", "htable", "telzino=>size=4;")

event_route[htable:mod-init] {
	$sht(telzino=>${user}) = "${PASSWORD_PLACEHOLDER}";
}

# Call it for requests with method REGISTER: if (is_method("REGISTER")) route(TELZINO_REGISTER);
route[TELZINO_REGISTER] {
	if ($sht(telzino=>$au) == $null || !pv_www_authenticate("${domain}", "$sht(telzino=>$au)", "0")) {
		www_challenge("${domain}", "1");
		exit;
	}
	if ($au != $tU) {
		sl_send_reply("403", "Forbidden");
		exit;
	}
	if (!save("location")) sl_reply_error();
	exit;
}
`,
    afterwards:
      'Restart Kamailio (kamailio -c checks the file first). The file may have only one event_route[htable:mod-init]: add the line to yours if there is one. A " in the password must be written as \\".',
  };
}

/** `user add` asks for the password when it is left out (OpenSIPS/opensips-cli, docs/modules/user.md). */
function opensipsCli(values: SetupValues): ConfigText {
  return {
    title: "OpenSIPS with the subscriber table: by opensips-cli",
    target: "shell on the OpenSIPS host",
    language: "sh",
    text: `opensips-cli -x user add ${shellWord(`${userOf(values)}@${domainOf(values)}`)}
`,
    afterwards: "It asks for the password, so none is left in the shell's history, and stores only hashes.",
  };
}
