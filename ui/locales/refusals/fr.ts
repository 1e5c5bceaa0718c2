/** What refusals mean, in French. */
import type { Catalogue } from '../en.ts';

export const refusals: Catalogue['refusals'] = {
  codes: {
    BadFrame: 'Ce que vous avez écrit est trop court, trop long ou non valide.',
    Unauthorized: 'Veuillez d’abord entrer dans le chat.',
    NotFound: 'Cela n’existe plus.',
    RateLimited: 'C’est trop souvent. Veuillez patienter un instant.',
    TooLarge: 'C’est trop.',
    NotJoined: 'Vous n’êtes pas dans ce salon. Ouvrez-le à nouveau.',
    Unavailable: 'Le chat ne peut pas faire cela pour le moment. Réessayez dans un instant.',
    Forbidden: 'Vous ne pouvez pas faire cela ici.',
    Locked: 'Ce salon est verrouillé\u00a0: seuls ses modérateurs y écrivent.',
    Conflict: 'C’est déjà pris ou supprimé, ou quelqu’un a été plus rapide.',
    NameRefused: 'Ce nom n’est pas disponible. Choisissez-en un autre.',
    Unsupported: 'Ce chat ne sait pas faire cela.',
  },
  login: 'Ce nom et ce mot de passe ne correspondent pas.',
  password: 'Ce n’est pas votre mot de passe actuel.',
  wait: (span) => `C’est trop souvent. Veuillez patienter ${span}.`,
  most: (limit) => `C’est trop\u00a0: ${limit} au plus.`,
  other: 'Le chat a refusé cela.',
};
