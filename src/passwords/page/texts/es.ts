import type { EntryTexts } from "./types.js";

export const es: EntryTexts = {
  lang: "es",
  title: "Contraseña SIP",
  heading: "Introduzca la contraseña SIP",
  intro:
    "Su asistente está conectando un agente telefónico de IA a su centralita. Lo que escriba aquí no pasa por la conversación: el asistente nunca lo ve.",
  agent: "Agente",
  pbx: "Centralita",
  user: "Usuario",
  connection: "Conexión",
  port: "puerto",
  destination: "Se envía a",
  destinationStore: "Telzino, que la guarda y registra al agente en esta centralita",
  destinationTest: "Esta centralita, una sola vez, como prueba; no se guarda",
  password: "Contraseña SIP",
  hint: "La contraseña SIP de la extensión en la centralita, no la de su página web ni la del buzón de voz.",
  show: "Mostrar",
  hide: "Ocultar",
  submit: "Conectar",
  submitTest: "Probar",
  retry: "Intentar otra vez",
  retryIn: "Intentar otra vez en {seconds} s",
  cancel: "Cancelar",
  validUntil: "Esta página es válida hasta las {time} y solo para esta vez.",
  noScript: "Esta página necesita JavaScript, para que la contraseña vaya solo al servidor de este equipo.",
  storing: "Guardando los ajustes…",
  registering: "Guardado. Ahora decide la centralita…",
  testing: "Preguntando a la centralita…",
  ends: {
    registered: [
      "Registrado",
      "La centralita ha aceptado el registro. Llame ahora a la extensión: solo una llamada demuestra que funciona.",
    ],
    unproven: [
      "Guardado",
      "Los ajustes están guardados. La plataforma da al agente por registrado, pero eso aún no lo demuestra: los detalles dicen qué falta.",
    ],
    failed: ["No registrado", "Los ajustes están guardados, pero el registro ha fallado."],
    pending: ["Guardado", "La centralita aún no ha decidido. El asistente puede volver a mirar enseguida."],
    unreadable: ["Guardado", "De momento no se puede saber si el agente está registrado."],
    overtaken: [
      "Hay otros ajustes guardados",
      "Los ajustes se enviaron y se confirmaron, pero ahora hay otros guardados.",
    ],
    error: ["No completado", "No ha terminado como se esperaba. Los detalles dicen lo que se sabe."],
    done: ["Listo", "El asistente tiene el resultado."],
    cancelled: ["Cancelado", "No se ha enviado nada. El asistente ya lo sabe."],
    closed: ["Terminado", "La página se ha cerrado."],
    expired: ["Tiempo agotado", "No se ha enviado nada. Pida al asistente una página nueva."],
    replaced: ["Sustituida", "El asistente ha abierto una página más nueva para este agente. Use esa."],
    stored: [
      "Ya no hace falta",
      "Entretanto se ha guardado una contraseña para este agente por otra vía. El asistente conoce el resultado.",
    ],
    stopped: ["Terminado", "El servidor del asistente ha terminado. Pida al asistente que empiece de nuevo."],
    lost: ["Sin conexión", "El servidor del asistente ya no responde."],
    spent: ["Esta página ya no es válida", "Se ha usado o ha caducado. Pida al asistente una nueva."],
  },
  verdicts: { proven: "Demostrado", problem: "Problema", not_proven: "No demostrado" },
  failures: {
    WRONG_CREDENTIALS_STATE:
      "La centralita no ha aceptado la contraseña. Cópiela otra vez de los ajustes SIP de la extensión; algunas centralitas tienen además un ID de autenticación.",
    REGISTRAR_ERROR_STATE:
      "La centralita lo ha rechazado: contraseña o usuario incorrectos, extensión desactivada o que no puede registrarse desde fuera.",
    REGISTER_TIMEOUT_STATE:
      "La centralita no ha respondido. Revise con el asistente la dirección, el puerto y el cortafuegos. Si antes hubo rechazos, puede haber bloqueado la plataforma: corrija primero la contraseña y haga levantar el bloqueo.",
    INTERNAL_ERROR_STATE:
      "No se ha podido llegar a la centralita. Revise con el asistente su dirección; otra contraseña no ayudará.",
    other: "El registro ha fallado. El asistente puede investigarlo.",
  },
  retryOffer:
    "Puede intentarlo otra vez con la contraseña correcta. No pruebe al azar: las centralitas bloquean tras pocos intentos.",
  noMoreTries: "Siga con el asistente, que conoce el resultado.",
  details: "Detalles",
  goOn: "Puede cerrar esta página y seguir en la conversación.",
  problems: {
    empty: "Introduzca la contraseña.",
    tooLong: "Es más larga de lo que puede ser una contraseña SIP (256 caracteres).",
    invalid: "Contiene caracteres que una contraseña SIP no puede tener.",
    busy: "Ya se está probando una contraseña. Espere un momento.",
    over: "Esta página ya no es válida.",
    refused: "No se ha podido enviar. Recargue la página e inténtelo de nuevo.",
  },
};
