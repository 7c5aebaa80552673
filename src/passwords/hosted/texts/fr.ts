import type { HostedTexts } from "./types.js";

export const fr: HostedTexts = {
  asks: "{name} demande le mot de passe SIP d’un poste de votre standard, pour un agent téléphonique IA que l’on y raccorde.",
  asksUnnamed:
    "Votre assistant demande, par le serveur {address}, le mot de passe SIP d’un poste de votre standard, pour un agent téléphonique IA que l’on y raccorde.",
  asksForCall:
    "{name} demande le mot de passe SIP d’un poste de votre standard, pour passer depuis ce poste un appel de test à votre agent téléphonique IA.",
  asksForCallUnnamed:
    "Votre assistant demande, par le serveur {address}, le mot de passe SIP d’un poste de votre standard, pour passer depuis ce poste un appel de test à votre agent téléphonique IA.",
  askedBy: "Demandé par",
  says: "{name} écrit :",
  check:
    "Vérifiez l’adresse dans votre navigateur avant de saisir quoi que ce soit : elle doit commencer par {address}",
  unasked: "Si vous n’avez rien demandé, fermez la page : rien ne se passe alors.",
  onlyHere: "Dès que vous continuez, la page ne s’ouvre plus que dans ce navigateur.",
  continue: "Continuer",
  validFor:
    "Cette page est valable encore {minutes} minutes, pour cette seule saisie et dans ce seul navigateur.",
  validForOne:
    "Cette page est valable encore une minute, pour cette seule saisie et dans ce seul navigateur.",
  wait: "Cela peut prendre jusqu’à une minute. La page affiche le résultat d’elle-même.",
  waitForCall:
    "L’appel et la lecture de son journal durent environ une minute. La page affiche le résultat d’elle-même.",
  lookAgain: "Regarder de nouveau",
  code: {
    heading: "Saisissez les huit lettres",
    label: "Lettres",
    hint: "Telles qu’elles vous ont été lues ou envoyées. Majuscules et espaces sont sans importance.",
    open: "Ouvrir la page",
    wrong:
      "Ces lettres ne mènent à aucune page : elles sont fausses, déjà utilisées, ou leur temps est écoulé. Vérifiez-les ou demandez-en d’autres.",
    locked:
      "Trop de lettres fausses sont venues de votre connexion. Utilisez l’adresse longue, ou attendez un quart d’heure et demandez d’autres lettres.",
  },
  oneMoment: ["Un instant", "La page s’ouvre tout de suite. Sinon, continuez ici :"],
  tooMany: ["Trop de requêtes", "Attendez une minute, puis ouvrez de nouveau la page."],
  unavailable: [
    "Impossible pour le moment",
    "Rien n’a été envoyé. Attendez un instant, puis ouvrez de nouveau la page.",
  ],
  notFromHere: [
    "L’envoi n’a pas abouti",
    "Rien n’a été fait. Ouvrez l’adresse encore une fois ; votre navigateur doit y autoriser les cookies.",
  ],
};
