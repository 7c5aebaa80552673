import type { HostedTexts } from "./types.js";

export const es: HostedTexts = {
  asks: "{name} pide la contraseña SIP de una extensión de su centralita, para un agente telefónico de IA que se está conectando a ella.",
  asksUnnamed:
    "Su asistente pide, a través del servidor {address}, la contraseña SIP de una extensión de su centralita, para un agente telefónico de IA que se está conectando a ella.",
  asksForCall:
    "{name} pide la contraseña SIP de una extensión de su centralita, para hacer desde ella una llamada de prueba a su agente telefónico de IA.",
  asksForCallUnnamed:
    "Su asistente pide, a través del servidor {address}, la contraseña SIP de una extensión de su centralita, para hacer desde ella una llamada de prueba a su agente telefónico de IA.",
  askedBy: "La pide",
  says: "{name} dice:",
  check: "Compruebe la dirección en su navegador antes de escribir nada: debe empezar por {address}",
  unasked: "Si no lo ha solicitado usted, cierre la página: entonces no pasa nada.",
  onlyHere: "En cuanto continúe, la página se abrirá solo en este navegador.",
  continue: "Continuar",
  validFor: "Esta página vale {minutes} minutos más, para esta única entrada y solo en este navegador.",
  validForOne: "Esta página vale un minuto más, para esta única entrada y solo en este navegador.",
  wait: "Puede tardar hasta un minuto. La página muestra el resultado por sí sola.",
  waitForCall:
    "La llamada y la consulta de su registro duran alrededor de un minuto. La página muestra el resultado por sí sola.",
  lookAgain: "Volver a mirar",
  code: {
    heading: "Escriba las ocho letras",
    label: "Letras",
    hint: "Tal como se las leyeron o enviaron. No importan las mayúsculas ni los espacios.",
    open: "Abrir la página",
    wrong:
      "Estas letras no llevan a ninguna página: no son correctas, ya se usaron o su tiempo ha terminado. Compruébelas o pida otras.",
    locked:
      "Desde su conexión llegaron demasiadas letras erróneas. Use la dirección larga, o espere un cuarto de hora y pida otras letras.",
  },
  oneMoment: ["Un momento", "La página se abre enseguida. Si no, continúe aquí:"],
  tooMany: ["Demasiadas peticiones", "Espere un minuto y abra la página de nuevo."],
  unavailable: ["Ahora no es posible", "No se envió nada. Espere un momento y abra la página de nuevo."],
  notFromHere: [
    "No se pudo enviar",
    "No se hizo nada. Abra la dirección otra vez; su navegador debe permitir cookies para ella.",
  ],
};
