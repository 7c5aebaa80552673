import type { EntryTexts } from "./types.js";

export const de: EntryTexts = {
  lang: "de",
  title: "SIP-Passwort",
  heading: "SIP-Passwort eingeben",
  intro:
    "Ihr Assistent verbindet einen KI-Telefonagenten mit Ihrer Telefonanlage. Was Sie hier eingeben, geht nicht durch das Gespräch: Der Assistent bekommt es nie zu sehen.",
  agent: "Agent",
  pbx: "Telefonanlage",
  user: "Benutzer",
  connection: "Verbindung",
  port: "Port",
  destination: "Geht an",
  destinationStore: "Telzino, das es aufbewahrt und den Agenten an dieser Anlage anmeldet",
  destinationTest: "Diese Anlage, einmal, als Test; es wird nicht aufbewahrt",
  password: "SIP-Passwort",
  hint: "Das SIP-Passwort der Nebenstelle in der Anlage, nicht das der Weboberfläche oder der Mailbox.",
  show: "Anzeigen",
  hide: "Verbergen",
  submit: "Verbinden",
  submitTest: "Testen",
  retry: "Noch einmal versuchen",
  retryIn: "Noch einmal in {seconds} s",
  cancel: "Abbrechen",
  validUntil: "Diese Seite gilt bis {time} Uhr und nur für diese eine Eingabe.",
  noScript: "Diese Seite braucht JavaScript, damit das Passwort nur an diesen Rechner selbst geht.",
  storing: "Die Einstellungen werden gespeichert …",
  registering: "Gespeichert. Nun entscheidet die Telefonanlage …",
  testing: "Die Telefonanlage wird gefragt …",
  call: {
    heading: "SIP-Passwort der Nebenstelle {user} eingeben",
    intro:
      "Ihr Assistent will einen Testanruf von der Nebenstelle {user} zur Nebenstelle {called} Ihres KI-Telefonagenten führen. Dafür braucht er das Passwort von {user}, nicht das des Agenten. Der Anruf beginnt, sobald Sie es senden. Der Assistent bekommt es nie zu sehen.",
    user: "Anrufende Nebenstelle",
    called: "Angerufene Nebenstelle",
    destination: "Diese Anlage, um {user} für diesen einen Anruf anzumelden; es wird nirgends gespeichert",
    hint: "Das SIP-Passwort der Nebenstelle {user} in der Anlage, nicht das der Weboberfläche oder der Mailbox.",
    submit: "Anrufen",
    working: "Der Testanruf läuft …",
  },
  ends: {
    registered: [
      "Angemeldet",
      "Die Telefonanlage hat die Anmeldung angenommen. Rufen Sie die Nebenstelle jetzt an: Erst ein Anruf zeigt, dass es funktioniert.",
    ],
    unproven: [
      "Gespeichert",
      "Die Einstellungen sind gespeichert. Die Plattform nennt den Agenten angemeldet, aber das beweist es noch nicht: Die Details sagen, was fehlt.",
    ],
    failed: ["Nicht angemeldet", "Die Einstellungen sind gespeichert, aber die Anmeldung ist gescheitert."],
    pending: [
      "Gespeichert",
      "Die Telefonanlage hat noch nicht entschieden. Der Assistent kann gleich nachsehen.",
    ],
    unreadable: ["Gespeichert", "Ob der Agent angemeldet ist, lässt sich gerade nicht feststellen."],
    overtaken: [
      "Andere Einstellungen sind gespeichert",
      "Die Einstellungen wurden gesendet und bestätigt, aber jetzt sind andere gespeichert.",
    ],
    error: [
      "Nicht abgeschlossen",
      "Das ist nicht wie vorgesehen gelungen. Die Details sagen, was bekannt ist.",
    ],
    done: ["Fertig", "Der Assistent hat das Ergebnis."],
    cancelled: ["Abgebrochen", "Es wurde nichts gesendet. Der Assistent weiß Bescheid."],
    closed: ["Beendet", "Die Seite wurde geschlossen."],
    expired: ["Zeit abgelaufen", "Es wurde nichts gesendet. Bitten Sie den Assistenten um eine neue Seite."],
    replaced: [
      "Ersetzt",
      "Der Assistent hat für diesen Agenten eine neuere Seite geöffnet. Nehmen Sie diese.",
    ],
    stored: [
      "Nicht mehr nötig",
      "Inzwischen ist auf anderem Weg ein Passwort für diesen Agenten gespeichert worden. Der Assistent kennt das Ergebnis.",
    ],
    stopped: ["Beendet", "Der Server des Assistenten ist beendet. Lassen Sie den Assistenten neu beginnen."],
    lost: ["Keine Verbindung", "Der Server des Assistenten antwortet nicht mehr."],
    spent: ["Diese Seite gilt nicht mehr", "Sie wurde benutzt oder ist abgelaufen. Bitten Sie um eine neue."],
  },
  verdicts: { proven: "Nachgewiesen", problem: "Problem", not_proven: "Nicht nachgewiesen" },
  failures: {
    WRONG_CREDENTIALS_STATE:
      "Die Telefonanlage hat das Passwort nicht angenommen. Kopieren Sie es noch einmal aus den SIP-Einstellungen der Nebenstelle; manche Anlagen haben außerdem eine eigene Auth-ID.",
    REGISTRAR_ERROR_STATE:
      "Die Telefonanlage hat abgelehnt: falsches Passwort, falscher Benutzer, abgeschaltete Nebenstelle, oder sie darf sich nicht von außen anmelden.",
    REGISTER_TIMEOUT_STATE:
      "Die Telefonanlage antwortet nicht. Prüfen Sie mit dem Assistenten Adresse, Port und Firewall. Hat sie vorher abgelehnt, kann sie die Plattform gesperrt haben: Dann erst das Passwort berichtigen und die Sperre aufheben lassen.",
    INTERNAL_ERROR_STATE:
      "Die Telefonanlage ist nicht erreichbar. Prüfen Sie mit dem Assistenten ihre Adresse; ein anderes Passwort hilft nicht.",
    other: "Die Anmeldung ist gescheitert. Der Assistent kann der Sache nachgehen.",
  },
  doubts: {
    blankFirst: "Es beginnt mit einem Leerzeichen.",
    blankLast: "Es endet mit einem Leerzeichen.",
    quoted: "Es steht in Anführungszeichen.",
    isUser: "Es ist dasselbe wie der Benutzer.",
    pin: "Es ist eine kurze Zahl, wie die PIN einer Mailbox.",
    webAddress: "Es ist eine Webadresse.",
  },
  takeAwayAsk: "Soll das weg?",
  reallyAsk: "Ist das wirklich das SIP-Passwort?",
  takeAway: "Entfernen und senden",
  asItIs: "So senden, wie es ist",
  retryOffer:
    "Sie können es noch einmal mit dem richtigen Passwort versuchen. Bitte nicht raten: Anlagen sperren nach wenigen Versuchen.",
  noMoreTries: "Machen Sie mit dem Assistenten weiter; er kennt das Ergebnis.",
  details: "Einzelheiten",
  goOn: "Sie können diese Seite schließen und im Gespräch weitermachen.",
  problems: {
    empty: "Geben Sie das Passwort ein.",
    tooLong: "Das ist länger, als ein SIP-Passwort sein kann (256 Zeichen).",
    invalid: "Das enthält Zeichen, die ein SIP-Passwort nicht haben kann.",
    busy: "Es wird schon ein Passwort geprüft. Einen Moment bitte.",
    over: "Diese Seite gilt nicht mehr.",
    refused: "Das konnte nicht gesendet werden. Laden Sie die Seite neu und versuchen Sie es wieder.",
  },
};
