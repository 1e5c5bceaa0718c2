/** Which names people may take. */

/** Names that a person could be mistaken for somebody in charge by; folded as {@link look} folds. */
const RESERVED = [
  'admin',
  'administrator',
  'moderator',
  'operator',
  'root',
  'support',
  'system',
  'assistant',
  'bot',
  'ai',
];

/** Letters and digits that pass for Latin letters: Cyrillic, Greek, and the usual digits. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  а: 'a', в: 'b', с: 'c', е: 'e', н: 'h', і: 'i', ј: 'j', к: 'k', м: 'm', о: 'o', р: 'p', ѕ: 's', т: 't', х: 'x', у: 'y',
  α: 'a', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x',
  '0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', $: 's', '@': 'a', '|': 'l',
}; // prettier-ignore

/** Two names with the same key are the same name: one person at a time has it. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
}

/** What a name looks like: letters only, look-alikes taken for what they pass for. `i` and `l` are one. */
function look(name: string): string {
  const plain = nameKey(name)
    .normalize('NFKD')
    .replace(/./gsu, (letter) => LOOK_ALIKES[letter] ?? letter);
  return plain.replace(/[^\p{L}\p{N}]/gu, '').replace(/i/g, 'l'); // prettier-ignore
}

/** Two accounts with the same key are one: nobody gets a name that can be taken for that of another account. */
export function accountKey(name: string): string {
  const letters = look(name);
  return letters === '' ? nameKey(name) : letters;
}

/** @returns whether a name could be taken for the assistant or somebody in charge */
export function isReserved(name: string, assistantName: string): boolean {
  const taken = [...RESERVED, assistantName].map(look);
  return taken.includes(look(name));
}
