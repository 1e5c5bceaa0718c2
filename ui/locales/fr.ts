/** French. */
import type { Catalogue } from './en.ts';

const plural = (count: number, one: string, many: string): string => `${count} ${count < 2 ? one : many}`;

export const fr: Catalogue = {
  loading: 'Chargement…',
  retry: 'Réessayer',
  reload: 'Recharger',
  dismiss: 'Masquer',
  close: 'Fermer',
  seconds: (value) => `${value} s`,
  roughly: {
    seconds: (count) => `environ ${count} s`,
    minutes: (count) => `environ ${count} min`,
    hours: (count) => `environ ${count} h`,
  },

  entry: {
    heading: (title) => `Bienvenue sur ${title}`,
    lead: (assistant) => `Parlez avec tout le monde ici, et avec ${assistant}.`,
    leadWithout: 'Parlez avec tout le monde ici.',
    name: 'Votre nom',
    join: 'Entrer',
    joining: 'Connexion…',
    hint: 'Jusqu’à 40 caractères. Les autres le voient à côté de vos messages.',
    needed: 'Veuillez écrire un nom.',
    refused: 'Ce nom n’est pas disponible. Choisissez-en un autre.',
    sessionEnded: 'Votre visite est terminée. Écrivez votre nom pour revenir.',
  },

  unavailable: {
    heading: 'Le chat n’est pas joignable',
    lead: 'Il redémarre peut-être, ou votre réseau est coupé. Rien de ce que vous avez écrit n’est perdu.',
    again: (seconds) => `Nouvel essai dans ${seconds} s`,
    trying: 'Essai en cours…',
    now: 'Essayer maintenant',
  },

  rooms: {
    label: 'Salons',
    open: 'Afficher les salons',
    missing: (room) => `Il n’y a pas de salon « ${room} ».`,
    back: 'Aller au premier salon',
  },

  people: {
    label: 'Personnes présentes',
    count: (count) => plural(count, 'personne ici', 'personnes ici'),
    you: 'vous',
    nobody: 'Personne n’est encore là.',
  },

  menu: {
    open: (name) => `Menu de ${name}`,
    theme: 'Thème',
    system: 'Système',
    light: 'Clair',
    dark: 'Sombre',
    language: 'Langue',
    leave: 'Quitter le chat',
  },

  shortcuts: {
    title: 'Raccourcis clavier',
    send: 'Envoyer le message',
    line: 'Aller à la ligne',
    stop: 'Arrêter la réponse',
    messages: 'Aller d’un message à l’autre, dans la liste des messages',
    ends: 'Premier et dernier message affichés',
    sheet: 'Afficher cette liste',
  },

  connection: {
    connected: 'Connecté',
    connecting: 'Connexion…',
    waiting: (seconds) => `Reconnexion dans ${seconds} s`,
    offline: 'Hors ligne',
    ended: 'Déconnecté',
    server: (server) => `Connecté à ${server}`,
    tryNow: 'Essayer maintenant',
    lostSpoken: 'Connexion perdue. Reconnexion en cours.',
    backSpoken: 'De nouveau connecté.',
    keepsMessages: 'Vos messages partiront au retour de la connexion.',
    tooMany: 'Le chat est ouvert à trop d’endroits. Fermez-en un, puis réessayez.',
    refused: 'Le serveur a fermé la connexion. Rechargez la page.',
  },

  transcript: {
    label: (room) => `Messages de ${room}`,
    loading: 'Chargement des messages…',
    loadingOlder: 'Chargement des messages précédents…',
    beginning: (room) => `C’est le début de ${room}`,
    emptyAlways: (assistant) => `Dites bonjour. ${assistant} répond à tout le monde ici.`,
    emptyMention: (assistant) => `Dites bonjour. Écrivez @${assistant} pour interroger ${assistant}.`,
    emptyNever: 'Dites bonjour à tout le monde.',
    newest: 'Aller au plus récent',
    newMessages: (count) => plural(count, 'nouveau message', 'nouveaux messages'),
    today: 'Aujourd’hui',
    yesterday: 'Hier',
    typing: (names) =>
      names.length === 1
        ? `${names[0] ?? ''} écrit…`
        : names.length === 2
          ? `${names[0] ?? ''} et ${names[1] ?? ''} écrivent…`
          : 'Plusieurs personnes écrivent…',
  },

  message: {
    label: (author, time) => `${author}, ${time}`,
    you: 'Vous',
    deleted: 'Ce message a été supprimé.',
    edited: 'modifié',
    sending: 'Envoi…',
    waiting: 'Attend la connexion',
    refused: (why) => `Non envoyé. ${why}`,
    old: 'Non envoyé depuis longtemps. L’envoyer maintenant ?',
    sendAgain: 'Renvoyer',
    send: 'Envoyer',
    discard: 'Supprimer',
  },

  reply: {
    label: (assistant, time, state) => `${assistant}, ${time}${state === '' ? '' : `, ${state}`}`,
    thinking: 'Réfléchit…',
    place: (place) => (place === 1 ? 'Prochain dans la file' : `${place}ᵉ dans la file`),
    waking: (span) => `Réveil du modèle…${span === undefined ? '' : ` d’habitude ${span}`}`,
    pulled: (model, percent, span) =>
      `${model} est en cours de téléchargement : ${percent}${span === undefined ? '' : `, ${span}`}`,
    writing: 'écrit',
    waiting: 'en attente',
    stop: 'Arrêter',
    stopping: 'Arrêt…',
    done: '',
    stopped: 'Arrêté',
    interrupted: 'Interrompu',
    failed: 'Échec',
    refused: 'Sans réponse',
    reasons: {
      ModelNotReady: 'Le modèle est encore en préparation. Réessayez dans quelques minutes.',
      ModelUnavailable: 'L’assistant est absent pour le moment. Réessayez dans un instant.',
      ModelTooLarge: 'Le modèle demande plus de mémoire que n’en a son serveur. Prévenez la personne qui gère ce chat.',
      ModelError: 'Le modèle n’a pas pu terminer cette réponse.',
      QueueFull: 'Trop de personnes attendent l’assistant. Réessayez dans une minute.',
      WaitTimeout: 'L’assistant a été occupé trop longtemps.',
      ReplyTimeout: 'La réponse a pris trop de temps et a été arrêtée.',
      OwnerLost: 'Le serveur qui écrivait cette réponse a disparu.',
    },
    interruptedWhy: 'La réponse a été coupée ; ce qui est écrit est gardé.',
    failedWhy: 'Un problème est survenu avec cette réponse.',
    speed: (tokensPerSecond) => `${tokensPerSecond} jetons/s`,
    firstToken: (seconds) => `premier jeton après ${seconds}`,
    waited: (seconds) => `attente de ${seconds}`,
    writingSpoken: (assistant) => `${assistant} écrit…`,
    doneSpoken: (assistant, text) => `${assistant} : ${text}`,
  },

  composer: {
    label: 'Message',
    send: 'Envoyer',
    placeholder: (room) => `Écrire à ${room}`,
    mention: (assistant) => `@${assistant} interroge l’assistant`,
    hint: 'Entrée envoie, Maj + Entrée va à la ligne',
    tooLong: (bytes, limit) => `Trop long : ${bytes} octets sur ${limit}.`,
  },

  code: { copy: 'Copier', copied: 'Copié', failed: 'La copie n’est pas possible ici', plain: 'Code' },
  table: 'Tableau',
  image: (description) => (description === '' ? 'Image' : `Image : ${description}`),

  update: 'Une nouvelle version est prête.',
  partMissing: 'Une partie de la page n’a pas pu être chargée.',
};
