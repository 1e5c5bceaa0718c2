/** The entry, in French. */
import type { Catalogue } from '../en.ts';

export const entry: Catalogue['entry'] = {
  heading: (title) => `Bienvenue sur ${title}`,
  lead: (assistant) => `Parlez avec tout le monde ici, et avec ${assistant}.`,
  leadWithout: 'Parlez avec tout le monde ici.',
  name: 'Votre nom',
  join: 'Entrer',
  joining: 'Connexion…',
  hint: 'Jusqu’à 40 caractères. Les autres le voient à côté de vos messages.',
  needed: 'Veuillez écrire un nom.',
  sessionEnded: 'Votre visite est terminée. Écrivez votre nom pour revenir.',
  password: 'Mot de passe',
  passwordHint: 'Au moins 10 caractères.',
  passwordNeeded: 'Veuillez écrire votre mot de passe.',
  login: 'Se connecter',
  signup: 'Créer le compte',
  asGuest: 'Entrer en tant qu’invité',
  toLogin: 'Se connecter avec un mot de passe',
  toSignup: 'Créer un compte',
  provider: 'Se connecter avec votre organisation',
  providerFailures: {
    'provider-away': 'La connexion de votre organisation ne répond pas. Réessayez dans un instant.',
    refused: 'La connexion de votre organisation a refusé.',
    expired: 'La connexion a pris trop de temps. Veuillez recommencer.',
    failed: 'La connexion n’a pas fonctionné. Veuillez recommencer.',
    disabled: 'Ce compte est désactivé. Adressez-vous à la personne qui gère ce chat.',
  },
  unnamed: {
    lead: 'Personne n’a dit au chat qui vous êtes.',
    advice:
      'Ici, c’est le proxy placé devant le chat qui dit qui sont les gens. Ouvrez le chat à son adresse habituelle et connectez-vous là. Si c’est déjà fait, adressez-vous à la personne qui gère ce chat\u00a0: votre compte est peut-être désactivé.',
    again: 'Réessayer',
  },
};
