import type { HostedTexts } from "./types.js";

export const pt: HostedTexts = {
  asks: "{name} pede a senha SIP de um ramal da sua central, para um agente telefônico de IA que está sendo ligado a ela.",
  asksUnnamed:
    "Seu assistente pede, pelo servidor {address}, a senha SIP de um ramal da sua central, para um agente telefônico de IA que está sendo ligado a ela.",
  asksForCall:
    "{name} pede a senha SIP de um ramal da sua central, para fazer a partir dele uma ligação de teste para o seu agente telefônico de IA.",
  asksForCallUnnamed:
    "Seu assistente pede, pelo servidor {address}, a senha SIP de um ramal da sua central, para fazer a partir dele uma ligação de teste para o seu agente telefônico de IA.",
  askedBy: "Pedido por",
  says: "{name} diz:",
  check: "Confira o endereço no navegador antes de digitar algo: ele deve começar com {address}",
  unasked: "Se você não pediu isto, feche a página: então nada acontece.",
  onlyHere: "Assim que você continuar, a página abre somente neste navegador.",
  continue: "Continuar",
  validFor: "Esta página vale por mais {minutes} minutos, para esta única entrada e somente neste navegador.",
  validForOne: "Esta página vale por mais um minuto, para esta única entrada e somente neste navegador.",
  wait: "Isso pode levar até um minuto. A página mostra o resultado sozinha.",
  waitForCall:
    "A ligação e a consulta ao registro dela levam cerca de um minuto. A página mostra o resultado sozinha.",
  lookAgain: "Olhar de novo",
  code: {
    heading: "Digite as oito letras",
    label: "Letras",
    hint: "Como foram lidas ou enviadas a você. Maiúsculas e espaços não importam.",
    open: "Abrir a página",
    wrong:
      "Estas letras não levam a nenhuma página: não estão certas, já foram usadas ou o prazo acabou. Confira-as ou peça outras.",
    locked:
      "Vieram letras erradas demais da sua conexão. Use o endereço longo, ou espere um quarto de hora e peça outras letras.",
  },
  oneMoment: ["Um momento", "A página abre em seguida. Se não abrir, continue aqui:"],
  tooMany: ["Pedidos demais", "Espere um minuto e abra a página de novo."],
  unavailable: ["Não é possível agora", "Nada foi enviado. Espere um momento e abra a página de novo."],
  notFromHere: [
    "Não foi possível enviar",
    "Nada foi feito. Abra o endereço mais uma vez; seu navegador precisa permitir cookies para ele.",
  ],
};
