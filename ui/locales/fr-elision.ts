/** "Of" before a name, in French: `de Paul`, `d’Inès`. Whether an h or a y is heard as a vowel is not to be seen. */
export function de(name: string): string {
  return /^[aeiouœæ]/i.test(name.normalize('NFD')) ? `d’${name}` : `de ${name}`;
}
