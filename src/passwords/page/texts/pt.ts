import type { EntryTexts } from "./types.js";

export const pt: EntryTexts = {
  lang: "pt",
  title: "Senha SIP",
  heading: "Digite a senha SIP",
  intro:
    "Seu assistente está conectando um agente telefônico de IA à sua central. O que você digita aqui não passa pela conversa: o assistente nunca vê.",
  agent: "Agente",
  pbx: "Central telefônica",
  user: "Usuário",
  connection: "Conexão",
  port: "porta",
  destination: "Enviada para",
  destinationStore: "Telzino, que guarda a senha e registra o agente nesta central",
  destinationTest: "Esta central, uma única vez, como teste; ela não é guardada",
  password: "Senha SIP",
  hint: "A senha SIP do ramal na central, não a das páginas web dela nem a do correio de voz.",
  show: "Mostrar",
  hide: "Ocultar",
  submit: "Conectar",
  submitTest: "Testar",
  retry: "Tentar mais uma vez",
  retryIn: "Tentar mais uma vez em {seconds} s",
  cancel: "Cancelar",
  validUntil: "Esta página é válida até {time} e só para esta vez.",
  noScript: "Esta página precisa de JavaScript, para que a senha vá somente ao servidor deste computador.",
  storing: "Salvando as configurações…",
  registering: "Salvo. Agora a central decide…",
  testing: "Perguntando à central…",
  ends: {
    registered: [
      "Registrado",
      "A central aceitou o registro. Ligue agora para o ramal: só uma chamada mostra que funciona.",
    ],
    unproven: [
      "Salvo",
      "As configurações estão salvas. A plataforma dá o agente como registrado, mas isso ainda não o comprova: os detalhes dizem o que falta.",
    ],
    failed: ["Não registrado", "As configurações estão salvas, mas o registro falhou."],
    pending: ["Salvo", "A central ainda não decidiu. O assistente pode verificar daqui a pouco."],
    unreadable: ["Salvo", "No momento não é possível saber se o agente está registrado."],
    overtaken: [
      "Há outras configurações salvas",
      "As configurações foram enviadas e confirmadas, mas agora há outras salvas.",
    ],
    error: ["Não concluído", "Não terminou como previsto. Os detalhes dizem o que se sabe."],
    done: ["Pronto", "O assistente tem o resultado."],
    cancelled: ["Cancelado", "Nada foi enviado. O assistente já foi avisado."],
    closed: ["Encerrado", "A página foi fechada."],
    expired: ["Tempo esgotado", "Nada foi enviado. Peça uma nova página ao assistente."],
    replaced: ["Substituída", "O assistente abriu uma página mais nova para este agente. Use essa."],
    stored: [
      "Não é mais necessário",
      "Enquanto isso, uma senha foi salva de outro modo para este agente. O assistente sabe o resultado.",
    ],
    stopped: ["Encerrado", "O servidor do assistente foi encerrado. Peça ao assistente que recomece."],
    lost: ["Sem conexão", "O servidor do assistente não responde mais."],
    spent: ["Esta página não é mais válida", "Ela foi usada ou expirou. Peça uma nova ao assistente."],
  },
  verdicts: { proven: "Comprovado", problem: "Problema", not_proven: "Não comprovado" },
  failures: {
    WRONG_CREDENTIALS_STATE:
      "A central não aceitou a senha. Copie-a outra vez das configurações SIP do ramal; algumas centrais têm também um ID de autenticação próprio.",
    REGISTRAR_ERROR_STATE:
      "A central recusou: senha ou usuário errado, ramal desativado, ou sem permissão para se registrar de fora.",
    REGISTER_TIMEOUT_STATE:
      "A central não respondeu. Verifique com o assistente o endereço, a porta e o firewall. Se houve recusas antes, ela pode ter bloqueado a plataforma: corrija primeiro a senha e peça que o bloqueio seja retirado.",
    INTERNAL_ERROR_STATE:
      "Não foi possível chegar à central. Verifique o endereço com o assistente; outra senha não ajuda.",
    other: "O registro falhou. O assistente pode investigar.",
  },
  retryOffer:
    "Você pode tentar mais uma vez, com a senha certa. Não tente adivinhar: as centrais bloqueiam após poucas tentativas.",
  noMoreTries: "Continue com o assistente, que conhece o resultado.",
  details: "Detalhes",
  goOn: "Você pode fechar esta página e continuar na conversa.",
  problems: {
    empty: "Digite a senha.",
    tooLong: "É mais longa do que uma senha SIP pode ser (256 caracteres).",
    invalid: "Contém caracteres que uma senha SIP não pode ter.",
    busy: "Uma senha já está sendo testada. Aguarde um momento.",
    over: "Esta página não é mais válida.",
    refused: "Não foi possível enviar. Recarregue a página e tente de novo.",
  },
};
