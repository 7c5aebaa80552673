import type { EntryTexts } from "./types.js";

export const fr: EntryTexts = {
  lang: "fr",
  title: "Mot de passe SIP",
  heading: "Saisissez le mot de passe SIP",
  intro:
    "Votre assistant connecte un agent téléphonique IA à votre standard. Ce que vous saisissez ici ne passe pas par la conversation : l’assistant ne le voit jamais.",
  agent: "Agent",
  pbx: "Standard",
  user: "Utilisateur",
  connection: "Connexion",
  port: "port",
  destination: "Envoyé à",
  destinationStore: "Telzino, qui le conserve et enregistre l’agent auprès de ce standard",
  destinationTest: "Ce standard, une seule fois, pour un test ; il n’est pas conservé",
  password: "Mot de passe SIP",
  hint: "Le mot de passe SIP du poste sur le standard, et non celui de ses pages web ou de la messagerie vocale.",
  show: "Afficher",
  hide: "Masquer",
  submit: "Connecter",
  submitTest: "Tester",
  retry: "Réessayer",
  retryIn: "Réessayer dans {seconds} s",
  cancel: "Annuler",
  validUntil: "Cette page est valable jusqu’à {time} et pour cette seule saisie.",
  noScript:
    "Cette page a besoin de JavaScript, afin que le mot de passe n’aille qu’au serveur de cet ordinateur.",
  storing: "Enregistrement des réglages…",
  registering: "Enregistré. Le standard doit maintenant accepter…",
  testing: "Le standard est interrogé…",
  call: {
    heading: "Saisissez le mot de passe SIP du poste {user}",
    intro:
      "Votre assistant va passer un appel de test du poste {user} vers le poste {called} de votre agent téléphonique IA. Il lui faut pour cela le mot de passe de {user}, et non celui de l’agent. L’appel part dès que vous l’envoyez. L’assistant ne le voit jamais.",
    user: "Poste appelant",
    called: "Poste appelé",
    destination:
      "Ce standard, pour authentifier {user} le temps de ce seul appel ; il n’est conservé nulle part",
    hint: "Le mot de passe SIP du poste {user} sur le standard, et non celui de son interface web ou de sa messagerie vocale.",
    submit: "Appeler",
    working: "L’appel de test est en cours…",
  },
  ends: {
    registered: [
      "Connecté",
      "Le standard a accepté l’enregistrement. Appelez le poste maintenant : seul un appel montre que tout fonctionne.",
    ],
    unproven: [
      "Enregistré",
      "Les réglages sont enregistrés. La plateforme donne l’agent pour connecté, mais cela ne le prouve pas encore : les détails disent ce qui manque.",
    ],
    failed: ["Non connecté", "Les réglages sont enregistrés, mais l’enregistrement SIP a échoué."],
    pending: [
      "Enregistré",
      "Le standard n’a pas encore décidé. L’assistant pourra vérifier dans un instant.",
    ],
    unreadable: ["Enregistré", "Impossible de savoir pour l’instant si l’agent est connecté."],
    overtaken: [
      "D’autres réglages sont enregistrés",
      "Les réglages ont été envoyés et confirmés, mais d’autres sont enregistrés à présent.",
    ],
    error: [
      "Non achevé",
      "L’opération ne s’est pas terminée comme prévu. Les détails disent ce que l’on sait.",
    ],
    done: ["Terminé", "L’assistant a le résultat."],
    cancelled: ["Annulé", "Rien n’a été envoyé. L’assistant en est informé."],
    closed: ["Terminé", "La page a été fermée."],
    expired: ["Temps écoulé", "Rien n’a été envoyé. Demandez une nouvelle page à l’assistant."],
    replaced: ["Remplacée", "L’assistant a ouvert une page plus récente pour cet agent. Utilisez celle-là."],
    stored: [
      "Plus nécessaire",
      "Entre-temps, l’enregistrement de cet agent a été modifié autrement. L’assistant connaît le résultat.",
    ],
    stopped: ["Terminé", "Le serveur de l’assistant est arrêté. Demandez à l’assistant de recommencer."],
    lost: ["Pas de connexion", "Le serveur de l’assistant ne répond plus."],
    spent: [
      "Cette page n’est plus valable",
      "Elle a servi ou a expiré. Demandez-en une nouvelle à l’assistant.",
    ],
  },
  verdicts: { proven: "Prouvé", problem: "Problème", not_proven: "Non prouvé" },
  failures: {
    WRONG_CREDENTIALS_STATE:
      "Le standard n’a pas accepté le mot de passe. Copiez-le de nouveau depuis les réglages SIP du poste ; certains standards ont aussi un identifiant d’authentification distinct.",
    REGISTRAR_ERROR_STATE:
      "Le standard a refusé : mot de passe ou utilisateur erroné, poste désactivé, ou connexion interdite depuis l’extérieur.",
    REGISTER_TIMEOUT_STATE:
      "Le standard n’a pas répondu. Vérifiez avec l’assistant l’adresse, le port et le pare-feu. S’il a refusé auparavant, il a pu bloquer la plateforme : corrigez d’abord le mot de passe, puis faites lever le blocage.",
    INTERNAL_ERROR_STATE:
      "Le standard est injoignable. Vérifiez son adresse avec l’assistant ; un autre mot de passe n’y changera rien.",
    other: "L’enregistrement SIP a échoué. L’assistant peut en chercher la cause.",
  },
  doubts: {
    blankFirst: "Il commence par une espace.",
    blankLast: "Il se termine par une espace.",
    invisible: "Il contient des caractères invisibles.",
    quoted: "Il est entre guillemets.",
    isUser: "Il est identique à l’utilisateur.",
    masked: "Ce sont des points ou des astérisques, comme s’affiche un mot de passe masqué.",
    pin: "C’est un nombre court, comme le code d’une messagerie vocale.",
    webAddress: "C’est une adresse web.",
  },
  takeAwayAsk: "Faut-il l’enlever ?",
  reallyAsk: "Est-ce bien le mot de passe SIP ?",
  takeAway: "Enlever et envoyer",
  asItIs: "Envoyer tel quel",
  retryOffer:
    "Vous pouvez réessayer une fois, avec le bon mot de passe. Ne devinez pas : les standards bloquent après quelques essais.",
  sendAgain: "Vous pouvez l’envoyer encore une fois.",
  noMoreTries: "Continuez avec l’assistant, qui connaît le résultat.",
  details: "Détails",
  goOn: "Vous pouvez fermer cette page et reprendre la conversation.",
  problems: {
    empty: "Saisissez le mot de passe.",
    tooLong: "C’est plus long que ne peut l’être un mot de passe SIP (256 caractères).",
    invalid: "Cela contient des caractères impossibles dans un mot de passe SIP.",
    busy: "Un mot de passe est déjà à l’essai. Patientez un instant.",
    over: "Cette page n’est plus valable.",
    refused: "L’envoi a échoué. Rechargez la page et réessayez.",
  },
};
