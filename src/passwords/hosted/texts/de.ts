import type { HostedTexts } from "./types.js";

export const de: HostedTexts = {
  asks: "{name} fragt nach dem SIP-Passwort einer Nebenstelle Ihrer Telefonanlage, für einen KI-Telefonagenten, der mit ihr verbunden wird.",
  asksUnnamed:
    "Ihr Assistent fragt über den Server {address} nach dem SIP-Passwort einer Nebenstelle Ihrer Telefonanlage, für einen KI-Telefonagenten, der mit ihr verbunden wird.",
  asksForCall:
    "{name} fragt nach dem SIP-Passwort einer Nebenstelle Ihrer Telefonanlage, um von ihr aus Ihren KI-Telefonagenten einmal zum Test anzurufen.",
  asksForCallUnnamed:
    "Ihr Assistent fragt über den Server {address} nach dem SIP-Passwort einer Nebenstelle Ihrer Telefonanlage, um von ihr aus Ihren KI-Telefonagenten einmal zum Test anzurufen.",
  askedBy: "Gefragt von",
  says: "{name} schreibt:",
  check: "Prüfen Sie die Adresse in Ihrem Browser, bevor Sie etwas eingeben: Sie muss so beginnen: {address}",
  unasked: "Wenn Sie das nicht selbst angestoßen haben, schließen Sie die Seite: Dann geschieht nichts.",
  onlyHere: "Sobald Sie fortfahren, öffnet sich die Seite nur noch in diesem Browser.",
  continue: "Weiter",
  validFor: "Diese Seite gilt noch {minutes} Minuten, für diese eine Eingabe und nur in diesem Browser.",
  validForOne: "Diese Seite gilt noch eine Minute, für diese eine Eingabe und nur in diesem Browser.",
  wait: "Das kann bis zu einer Minute dauern. Die Seite zeigt das Ergebnis von selbst.",
  waitForCall:
    "Der Anruf und ein Blick in sein Protokoll dauern etwa eine Minute. Die Seite zeigt das Ergebnis von selbst.",
  lookAgain: "Noch einmal nachsehen",
  code: {
    heading: "Geben Sie die acht Buchstaben ein",
    label: "Buchstaben",
    hint: "So, wie sie Ihnen vorgelesen oder geschickt wurden. Groß- und Kleinschreibung und Leerzeichen sind gleich.",
    open: "Seite öffnen",
    wrong:
      "Diese Buchstaben führen zu keiner Seite: Sie stimmen nicht, wurden schon benutzt, oder ihre Zeit ist um. Prüfen Sie sie, oder bitten Sie um neue.",
    locked:
      "Von Ihrem Anschluss kamen zu viele falsche Buchstaben. Benutzen Sie die lange Adresse, oder warten Sie eine Viertelstunde und bitten Sie um neue.",
  },
  oneMoment: ["Einen Moment", "Die Seite öffnet sich gleich. Wenn nicht, geht es hier weiter:"],
  tooMany: ["Zu viele Anfragen", "Warten Sie eine Minute, und öffnen Sie die Seite dann noch einmal."],
  unavailable: [
    "Im Moment nicht möglich",
    "Es wurde nichts gesendet. Warten Sie kurz, und öffnen Sie die Seite dann noch einmal.",
  ],
  notFromHere: [
    "Das konnte nicht gesendet werden",
    "Es wurde nichts getan. Öffnen Sie die Adresse noch einmal; Ihr Browser muss dafür Cookies erlauben.",
  ],
};
