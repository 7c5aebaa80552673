import { clientEvent } from "../client-meanings.js";
import type { EventKind, Groups, LinePattern } from "../event.js";
import type { LogFormat } from "../line.js";

/** That a registration failed, as phones, apps and people say it in German, French, Spanish, Italian, Portuguese, Russian and Chinese. */

const REASONS: readonly (readonly [string, EventKind])[] = [
  [
    "Zeitüberschreitung|Zeitlimit|antwortet nicht|keine Antwort|délai|sans réponse|ne répond pas|tiempo de espera|sin respuesta|no responde|tempo scaduto|nessuna risposta|tempo esgotado|sem resposta|тайм-?аут|время ожидания|нет ответа|не отвечает|超时|无响应",
    "client-silent",
  ],
  [
    "DNS|nicht aufgelöst|unbekannter Host|hôte inconnu|host desconocido|nom d'hôte|не удалось разрешить",
    "client-no-name",
  ],
  ["Zertifikat|certificat|certificado|certificato|сертификат|证书", "tls-distrusted"],
  ["nicht erreichbar|injoignable|inalcanzable|irraggiungibile|недоступ", "client-no-route"],
  [
    "Kennwort|Passwort|Benutzername|Zugangsdaten|mot de passe|identifiant|contraseña|credenciales|password errata|credenziali|senha|парол|логин|密码|用户名",
    "client-refused",
  ],
];

const KINDS = REASONS.map(([words, kind]) => [new RegExp(`^(?:${words})$`, "i"), kind] as const);
const WHY = `(?:(?<why>${REASONS.map(([words]) => words).join("|")})|(?:[(:=,–—-] {0,2}|(?:Fehler|Fehlercode|Code|code|código|codice|erreur|error|errore|erro|код|ошибка|SIP) {1,2}|错误 ?)(?<status>[3-6]\\d{2})(?![\\d.:@]))`;

function reason({ why, status }: Groups): EventKind | undefined {
  if (status !== undefined) return clientEvent(Number(status));
  return KINDS.find(([words]) => words.test(why ?? ""))?.[1];
}

const FAILED =
  "(?:fehlgeschlagen|gescheitert|nicht (?:erfolgreich|möglich)|abgelehnt|verweigert|schlägt fehl|échou|refusé|impossible|falló|fallido|fallida|fallado|rechazad|denegad|fallit|non riuscit|rifiutat|falhou|recusad|не удал|не выполн|отклон|отказ|失败|失敗)";

const PATTERNS: readonly LinePattern[] = [
  ...["nmeld", "egistr", "егистрац", "注册", "登録"].map(
    (marker): LinePattern => ({
      marker,
      pattern: new RegExp(`^${marker}.{0,80}?${FAILED}.{0,100}?${WHY}`, "i"),
      kind: reason,
    }),
  ),
  // The failure comes first.
  ...["chec ", "rror ", "rreur ", "allo ", "alha ", "rrore ", "rro ", "шибка "].map(
    (marker): LinePattern => ({
      marker,
      pattern: new RegExp(
        `^${marker}(?:(?:de|d'|du|en|em|no|na|di|nella|al|lors|pendant|при|в) ?){0,2}(?:(?:l'|la |el |o |a )?)(?:enregistrement|registro|registrazione|регистрац[а-я]{1,3}).{0,100}?${WHY}`,
        "i",
      ),
      kind: reason,
    }),
  ),
];

export const FORMAT: LogFormat = {
  dialect: "registration-words",
  writtenBy: "a SIP client",
  ownConnections: true,
  rank: 912,
  patterns: PATTERNS,
};
